import type { Plan } from '../contracts/plan.ts';
import type { Registry } from '../contracts/registry.ts';
import { kindOf } from '../contracts/registry.ts';
import type { Store } from '../contracts/store.ts';
import type { Layout } from '../state/layout.ts';
import type { Ledger } from '../state/ledger.ts';
import { readSpec } from '../state/specs.ts';
import type { Explanation, History } from '../why/explain.ts';
import { explain } from '../why/explain.ts';
import { causesOf } from '../why/format.ts';
import { duration } from '../../base/units.ts';
import { partsIn } from '../why/parts.ts';
import type { ResolvedAction } from './action.ts';
import { keptSpecOf } from './action.ts';
import type { ExecutionContext } from './context.ts';

/** The history of earlier runs in the ledger, the kept specs and the store. */
export function historyOf(ledger: Ledger, layout: Layout, store: Store, registry: Registry): History {
  return {
    labels: (stage) => ledger.labels().filter((label) => label === stage || label.startsWith(`${stage}/`)),
    fingerprints(label) {
      const entry = ledger.entry(label);
      const failed = ledger.failure(label)?.fingerprint;
      return [
        ...(failed === undefined ? [] : [failed]),
        ...(entry === null ? [] : [entry.record.fingerprint, ...entry.history]),
      ];
    },
    spec: (fingerprint) => readSpec(layout, fingerprint),
    record: async (fingerprint) => ledger.byFingerprint(fingerprint) ?? (await store.find(fingerprint)),
    parts: (stage, record) => partsIn(record, kindOf(stage, registry), store),
  };
}

/** Why an action differs from its last run; null if there was none, or nothing differs. */
export async function explainChange(
  resolved: ResolvedAction,
  plan: Plan,
  history: History,
): Promise<Explanation | null> {
  const { label } = resolved.action;
  const last = history.fingerprints(label).find((fingerprint) => fingerprint !== resolved.fingerprint);
  const before = last === undefined ? null : history.spec(last);
  return before === null ? null : explain(label, before, keptSpecOf(resolved), plan, history);
}

/** In one line, why an action is not taken from the cache; `explanation` as of `explainChange`. */
export function reasonFor(
  resolved: ResolvedAction,
  isForced: boolean,
  { ledger, now }: Pick<ExecutionContext, 'ledger' | 'now'>,
  explanation: Explanation | null,
): string {
  if (isForced) return 'forced';
  const { label } = resolved.action;
  const failure = ledger.failure(label);
  if (failure?.fingerprint === resolved.fingerprint)
    return `failed ${duration(now() - failure.at)} ago: ${failure.message}`;
  const last = ledger.entry(label)?.record.fingerprint;
  if (last === undefined && failure === null) return 'first time';
  if (last === resolved.fingerprint)
    return resolved.spec.run.type === 'effect'
      ? 'its last receipt no longer counts'
      : 'its results are not in the cache';
  const causes = explanation === null ? [] : causesOf(explanation);
  if (causes.length === 0) return 'changed';
  return causes.slice(0, 3).join(', ') + (causes.length > 3 ? `, … (${causes.length} changes)` : '');
}
