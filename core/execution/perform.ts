import { defined } from '../../base/defined.ts';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { problem } from '../../base/diagnostic.ts';
import type { ResolvedAction } from './action.ts';
import {
  announceCancelled,
  announceForecast,
  announcePostponed,
  announceSucceeded,
  announceWaiting,
} from './announce.ts';
import { coresOf } from './demand.ts';
import type { Execution } from './execution.ts';
import { isForced } from './execution.ts';
import { fail, lose } from './failing.ts';
import { lookUp } from './lookup.ts';
import { explainChange, reasonFor } from './past.ts';
import { preflight } from './preflight.ts';
import type { Retry } from './retry.ts';
import { retryOf } from './retry.ts';
import type { Started } from './start.ts';
import { runnersFor, startAction } from './start.ts';
import { takeOver } from './take-over.ts';
import { settleTwins } from './twins.ts';

/**
 * Runs an action whose turn it is, unless the run has been stopped or another process has finished it meanwhile. Returns when to
 * try it again, if it has to be; null if it has ended.
 */
export async function perform(execution: Execution, resolved: ResolvedAction): Promise<Retry | null> {
  const { action, fingerprint, spec } = resolved;
  const refusal = isStopping(execution) ? null : await execution.context.claim();
  if (refusal !== null || spec.run.type === 'effect' || isForced(execution, resolved))
    return performOnly(execution, resolved, refusal);
  const reservation = execution.context.reserve(fingerprint);
  if (reservation.type === 'taken' && !isStopping(execution)) {
    announceWaiting(execution, action, reservation.by);
    return { type: 'later', milliseconds: askAgainMilliseconds };
  }
  try {
    return await performOnly(execution, resolved, null);
  } finally {
    if (reservation.type === 'held') reservation.release();
  }
}

/** How often another run that is making a result is looked for. */
const askAgainMilliseconds = 500;

/** Runs an action that no other run is making the result of, as far as can be known. */
async function performOnly(
  execution: Execution,
  resolved: ResolvedAction,
  refusal: Diagnostic | null,
): Promise<Retry | null> {
  const { action } = resolved;
  const { plan, context, history } = execution;
  const known = isForced(execution, resolved) ? null : await lookUp(resolved, plan, context);
  if (refusal === null && known === null && !isStopping(execution)) {
    runnersFor(resolved, context).own.expectJob?.();
    await preflight(execution);
  }
  // Before the last look at whether to stop: nothing may come between that and the start.
  const explanation = known === null ? await explainChange(resolved, plan, history) : null;
  if (refusal !== null && !isStopping(execution)) refuseAll(execution, refusal);
  if (isStopping(execution)) {
    announceCancelled(execution, action);
  } else if (known !== null) {
    takeOver(execution, resolved, known);
  } else {
    const reason = reasonFor(resolved, isForced(execution, resolved), context, explanation);
    const again = await run(execution, resolved, reason);
    if (again !== null) return again;
  }
  settleTwins(execution, resolved);
  return null;
}

/** This process may run nothing in the project: reported once, as the fault of no action, and all are cancelled. */
function refuseAll(execution: Execution, refusal: Diagnostic): void {
  const { emit, now } = execution.context;
  execution.isStopped = true;
  execution.isLost = true;
  emit({ type: 'run-checked', at: now(), diagnostics: [refusal], isRefused: true });
}

function isStopping({ isStopped, options }: Execution): boolean {
  return isStopped || options.signal.aborted;
}

async function run(execution: Execution, resolved: ResolvedAction, reason: string): Promise<Retry | null> {
  const { plan, context, options, progress, forced, made, expectations } = execution;
  const { ledger, now } = context;
  const { action } = resolved;
  const before = ledger.entry(action.label)?.record ?? null;
  const began = now();
  progress.setState(action, { type: 'running', resolved, since: began });
  announceForecast(execution);
  const outcome = await startAction(resolved, context, {
    plan,
    signal: options.signal,
    reason,
    expectedMilliseconds: expectations.of(action),
    cores: coresOf(action, plan, context, options.jobs),
    isForced: isForced(execution, resolved),
  });
  const milliseconds = now() - began;
  forced.delete(action.label);
  switch (outcome.type) {
    case 'succeeded':
      expectations.learn(action, milliseconds);
      ledger.note(action.label, outcome.record);
      made.add(resolved.fingerprint);
      announceSucceeded(execution, resolved, outcome.record, before, milliseconds);
      break;
    case 'failed': {
      const again = tryAgain(execution, resolved, outcome.diagnostics);
      if (again !== null) return again;
      noteFailure(execution, resolved, outcome.diagnostics);
      fail(execution, action, outcome.diagnostics, milliseconds, outcome.directory);
      break;
    }
    case 'lost':
    case 'unstored':
      noteFailure(execution, resolved, [outcome.diagnostic]);
      lose(execution, action, outcome.diagnostic, milliseconds, outcome.directory);
      break;
    case 'cancelled':
      announceCancelled(execution, action);
      break;
    case 'damaged':
      makeAgain(execution, resolved, outcome);
      break;
  }
  announceForecast(execution);
  return null;
}

/** When to try an action again that something else made fail; null if it has failed for good. */
function tryAgain(
  execution: Execution,
  resolved: ResolvedAction,
  diagnostics: readonly Diagnostic[],
): Retry | null {
  const { tries, progress, options } = execution;
  const { action } = resolved;
  const before = tries.get(action.label) ?? { later: 0, alone: 0 };
  const again = options.signal.aborted ? null : retryOf(action, diagnostics, before);
  if (again === null) return null;
  tries.set(action.label, { ...before, [again.type]: before[again.type] + 1 });
  progress.setState(action, { type: 'queued', resolved });
  announcePostponed(execution, action, diagnostics, again);
  return again;
}

function noteFailure(
  { context: { ledger, now } }: Execution,
  { action, fingerprint }: ResolvedAction,
  [first]: readonly Diagnostic[],
): void {
  if (first !== undefined)
    ledger.noteFailure(action.label, { at: now(), fingerprint, message: first.message });
}

/**
 * A miss found late: the action that made the input runs again, and its dependents wait for it. Once per run: if its outputs
 * are damaged again, running it once more would not help.
 */
function makeAgain(
  execution: Execution,
  { action }: ResolvedAction,
  { producer: label, path }: Extract<Started, { readonly type: 'damaged' }>,
): void {
  const { progress, forced, made, wake } = execution;
  const producer = defined(progress.find(label), 'what made an input is an action of this run');
  const state = progress.state(producer);
  if (state.type === 'done' && made.has(state.record.fingerprint)) {
    const message = `${path}, which ${label} made in this run, does not stay as it was stored`;
    const hint =
      'a program still writes to it, or the disk or the memory is faulty: look at the log of the system (dmesg)';
    lose(execution, action, problem('cache/unstable', message, { hint }));
    return;
  }
  forced.add(label);
  progress.setState(action, { type: 'waiting' });
  progress.setState(producer, { type: 'waiting' });
  wake([producer.stage.name]);
}
