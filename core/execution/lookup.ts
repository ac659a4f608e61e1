import type { Plan } from '../contracts/plan.ts';
import type { MaybePromise } from '../contracts/store.ts';
import { blobsOf } from '../contracts/store.ts';
import type { ActionRecord, ActionSpec } from '../contracts/types.ts';
import { readReceipt } from '../state/receipts.ts';
import type { ResolvedAction } from './action.ts';
import type { ExecutionContext } from './context.ts';
import { worldOf } from './world.ts';

/**
 * The record that makes running an action unnecessary, or null. For an effect only its last receipt counts; for anything
 * else the ledger's copy or the store's record, as long as every blob exists.
 */
export function lookUp(
  { action, fingerprint, spec }: ResolvedAction,
  plan: Plan,
  context: Pick<ExecutionContext, 'layout' | 'ledger' | 'store' | 'paths' | 'markOf'>,
): MaybePromise<ActionRecord | null> {
  const { layout, ledger, store } = context;
  const isEffect = spec.run.type === 'effect';
  const last = isEffect
    ? readReceipt(layout, action.label, context.markOf(worldOf(action, plan, context)))
    : (ledger.entry(action.label)?.record ?? null);
  const fallback = () => (isEffect ? null : ifWhole(store.find(fingerprint), spec));
  if (last?.fingerprint !== fingerprint || !holdsOutputs(last, spec)) return fallback();
  const holds = store.holds(blobsOf(last));
  if (holds instanceof Promise) return holds.then((whole) => (whole ? last : fallback()));
  return holds ? last : fallback();
}

function ifWhole(
  found: MaybePromise<ActionRecord | null>,
  spec: ActionSpec,
): MaybePromise<ActionRecord | null> {
  if (found instanceof Promise) return found.then((record) => ifWhole(record, spec));
  return found !== null && holdsOutputs(found, spec) ? found : null;
}

/** A record from a cache that others write may lack an output. */
function holdsOutputs({ outputs }: ActionRecord, { outputs: ports }: ActionSpec): boolean {
  return ports.every((port) => Object.hasOwn(outputs, port));
}
