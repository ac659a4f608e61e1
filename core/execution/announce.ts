import type { Diagnostic } from '../../base/diagnostic.ts';
import type { Maker } from '../contracts/reservation.ts';
import type { ActionRecord } from '../contracts/types.ts';
import type { Action, ResolvedAction } from './action.ts';
import type { ActionFailure, Execution } from './execution.ts';
import { forecast } from './forecast.ts';
import type { Retry } from './retry.ts';

/** An action ends with a known result. */
export function announceCached(
  { progress, context: { emit, now } }: Execution,
  resolved: ResolvedAction,
  record: ActionRecord,
): void {
  progress.setState(resolved.action, { type: 'done', record });
  const savedMilliseconds = record.cost?.milliseconds ?? null;
  emit({ type: 'action-cached', at: now(), ...reported(resolved, record), savedMilliseconds });
}

/** An action has run and succeeds; `before` is the record of its last run, if any. */
export function announceSucceeded(
  { progress, context: { emit, now } }: Execution,
  resolved: ResolvedAction,
  record: ActionRecord,
  before: ActionRecord | null,
  milliseconds: number,
): void {
  progress.setState(resolved.action, { type: 'done', record });
  const unchanged = before !== null && haveSameOutputs(before, record);
  emit({ type: 'action-succeeded', at: now(), ...reported(resolved, record), milliseconds, unchanged });
}

/** An action fails. Resolves once the diagnostics have their places; until then the action has not ended. */
export async function announceFailed(
  { progress, context: { emit, now, locate } }: Execution,
  action: Action,
  { diagnostics, milliseconds, directory }: ActionFailure,
): Promise<void> {
  progress.setState(action, { type: 'failing' });
  const located = await Promise.all(diagnostics.map((diagnostic) => locate(action.stage, diagnostic)));
  progress.setState(action, { type: 'failed' });
  emit({
    type: 'action-failed',
    at: now(),
    action: action.label,
    milliseconds,
    diagnostics: located,
    directory,
  });
}

/** Another run is making the result of an action; reported once for each such run. */
export function announceWaiting(
  { awaited, context: { emit, now } }: Execution,
  { label }: Action,
  { pid, host, since }: Maker,
): void {
  const before = awaited.get(label);
  if (before?.pid === pid && before.host === host) return;
  awaited.set(label, { pid, host, since });
  emit({ type: 'action-waiting', at: now(), action: label, pid, host, since });
}

/** Something else made an action fail, and it is tried again. */
export function announcePostponed(
  { context: { emit, now } }: Execution,
  action: Action,
  diagnostics: readonly Diagnostic[],
  again: Retry,
): void {
  const reason = diagnostics[0]?.message ?? '';
  const milliseconds = again.type === 'later' ? again.milliseconds : null;
  emit({ type: 'action-postponed', at: now(), action: action.label, reason, milliseconds });
}

/** Reports when the run is expected to end, at most once a second, and nothing while that is not known. */
export function announceForecast(execution: Execution): void {
  const { emit, now } = execution.context;
  const [at, last] = [now(), execution.forecast];
  if (last !== null && at - last.at < forecastMilliseconds) return;
  const remainingMilliseconds = forecast(execution);
  execution.forecast = { at, remainingMilliseconds };
  if (remainingMilliseconds === null && (last?.remainingMilliseconds ?? null) === null) return;
  emit({ type: 'run-forecast', at, remainingMilliseconds });
}

const forecastMilliseconds = 1000;

/** An action does not run because one that it needs failed. */
export function announceBlocked(
  { progress, context: { emit, now } }: Execution,
  action: Action,
  by: string,
): void {
  progress.setState(action, { type: 'blocked' });
  emit({ type: 'action-blocked', at: now(), action: action.label, by });
}

/** An action does not run, or does not finish, because the run was stopped. */
export function announceCancelled({ progress, context: { emit, now } }: Execution, action: Action): void {
  progress.setState(action, { type: 'cancelled' });
  emit({ type: 'action-cancelled', at: now(), action: action.label });
}

function reported(
  { action, fingerprint }: ResolvedAction,
  { summary, detail, emulated, warnings }: ActionRecord,
) {
  return { action: action.label, fingerprint, summary, detail, emulated, warnings };
}

/** Early cutoff, seen from the outside: dependents of these outputs keep their fingerprints. */
function haveSameOutputs(a: ActionRecord, b: ActionRecord): boolean {
  const digests = ({ outputs }: ActionRecord) =>
    Object.entries(outputs).map(([port, { digest }]) => `${port} ${digest}`);
  return digests(a).sort().join() === digests(b).sort().join();
}
