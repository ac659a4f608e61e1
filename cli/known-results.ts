import type { Diagnostic } from '../base/diagnostic.ts';
import { problem, warning } from '../base/diagnostic.ts';
import type { Result } from '../base/result.ts';
import { failure, success } from '../base/result.ts';
import type { ExecutionEvent } from '../core/contracts/events.ts';
import type { Store } from '../core/contracts/store.ts';
import type { ActionRecord } from '../core/contracts/types.ts';
import type { Stale } from '../core/execution/execute.ts';
import { select } from '../core/execution/select.ts';
import type { DryRun } from './dry-run.ts';
import { dryRun } from './dry-run.ts';
import type { Environment } from './environment.ts';
import type { Project } from './project.ts';

/** The result of an action, or its last one if another would take its place. */
export interface KnownResult {
  readonly label: string;
  readonly record: ActionRecord;
}

/** The results of a stage or an action. */
export interface KnownResults {
  /** In order of items; at least one. */
  readonly results: readonly KnownResult[];
  /** Says so, if something would run to bring them up to date; else null. */
  readonly outdated: Diagnostic | null;
  readonly store: Store;
}

/** What is known of a stage (`build`) or an action (`build/1`), without running anything; refuses if there is no result. */
export async function knownResults(
  target: string,
  project: Project,
  environment: Environment,
): Promise<Result<KnownResults>> {
  const selection = select([target], project.plan);
  if (!selection.ok) return selection;
  const failed: Extract<ExecutionEvent, { readonly type: 'action-failed' }>[] = [];
  const found = await dryRun(project, selection.value, environment, (event) => {
    if (event.type === 'action-failed') failed.push(event);
  });
  const unknown = failed.flatMap(({ diagnostics }) => diagnostics).find(isUnknownTarget);
  if (unknown !== undefined) return failure(unknown);
  const isOf = (label: string): boolean => label === target || label.startsWith(`${target}/`);
  const labels = [...found.states.keys()].filter(isOf);
  const isCurrent = labels.length > 0 && labels.every((label) => found.states.get(label)?.type === 'done');
  const results = isCurrent ? labels.flatMap((label) => current(label, found)) : last(labels, isOf, found);
  if (results.length === 0) {
    const message = `there is no result of ${target} yet`;
    return failure(problem('usage/no-result', message, { hint: `pipeline run ${target} makes it` }));
  }
  const [problemFound] = failed.flatMap(({ diagnostics }) => diagnostics);
  const reason = problemFound?.message ?? whyStale(found.stale, isOf);
  const outdated = warning('usage/last-result', `this is the last result of ${target}: ${reason}`, {
    hint: `pipeline run ${target} brings it up to date`,
  });
  return success({ results, outdated: isCurrent ? null : outdated, store: found.store });
}

function current(label: string, { states }: DryRun): readonly KnownResult[] {
  const state = states.get(label);
  return state?.type === 'done' ? [{ label, record: state.record }] : [];
}

/** Of the actions that there are now or, if that is not known, of those that there were. */
function last(
  labels: readonly string[],
  isOf: (label: string) => boolean,
  { ledger, states }: DryRun,
): readonly KnownResult[] {
  const known = labels.filter((label) => states.get(label)?.type === 'done' || ledger.entry(label) !== null);
  const named = known.length > 0 ? known : ledger.labels().filter(isOf).sort(byPosition);
  return named.flatMap((label) => {
    const state = states.get(label);
    const record = state?.type === 'done' ? state.record : ledger.entry(label)?.record;
    return record === undefined ? [] : [{ label, record }];
  });
}

function byPosition(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}

/** The action itself, or the one that it waits for. */
function whyStale(stale: readonly Stale[], isOf: (label: string) => boolean): string {
  const runs = stale.flatMap((one) => (one.type === 'would-run' ? [one] : []));
  const cause = runs.find(({ action }) => isOf(action)) ?? runs[0];
  return cause === undefined ? 'it is not up to date' : `${cause.action} would run: ${cause.reason}`;
}

function isUnknownTarget({ code }: Diagnostic): boolean {
  return code === 'usage/unknown-target';
}
