import { problem } from '../../base/diagnostic.ts';
import type { ActionRecord } from '../contracts/types.ts';
import type { ResolvedAction } from './action.ts';
import type { Execution } from './execution.ts';
import { isForced, runnableOf } from './execution.ts';
import { fail, noteOutdated } from './failing.ts';
import { lookUp } from './lookup.ts';
import { explainChange, reasonFor } from './past.ts';
import { enqueue } from './enqueue.ts';
import { takeOver } from './take-over.ts';
import { releaseTwins, settleTwins } from './twins.ts';

/** Looks an action up, unless one with the same fingerprint is in progress, and decides what follows. */
export function check(execution: Execution, resolved: ResolvedAction): void {
  const { context, progress, scheduler, twins, lookups } = execution;
  const { action, fingerprint } = resolved;
  const twin = twins.get(fingerprint);
  if (twin !== undefined) {
    twin.push(action);
    progress.setState(action, { type: 'queued', resolved });
    return;
  }
  const known = isForced(execution, resolved) ? null : lookUp(resolved, execution.plan, context);
  if (!(known instanceof Promise)) {
    decide(execution, resolved, known);
    return;
  }
  twins.set(fingerprint, []);
  progress.setState(action, { type: 'queued', resolved });
  const answered = known.then((record) => {
    decide(execution, resolved, record);
    // As long as it has not ended, its twins keep waiting.
    if (progress.state(action).type === 'queued') execution.wake([action.stage.name]);
    else settleTwins(execution, resolved);
    lookups.delete(answered);
  });
  lookups.add(answered);
  scheduler.whileBusy(answered);
}

/** `record`: the result that makes running unnecessary; null if there is none. */
function decide(execution: Execution, resolved: ResolvedAction, record: ActionRecord | null): void {
  const { options, progress, scheduler, twins } = execution;
  const { action, fingerprint } = resolved;
  if (record !== null) {
    takeOver(execution, resolved, record);
    return;
  }
  if (options.mode === 'plan' || options.admits?.(runnableOf(resolved, execution)) === false) {
    const isOutdated = { type: 'would-run', resolved, isForced: isForced(execution, resolved) } as const;
    noteOutdated(execution, action, isOutdated);
    return;
  }
  progress.setState(action, { type: 'queued', resolved });
  if (!twins.has(fingerprint)) twins.set(fingerprint, []);
  if (options.only && !options.selection.isTarget(action))
    scheduler.whileBusy(refuseToRun(execution, resolved));
  else enqueue(execution, resolved);
}

/** With `--only`, what the targets need must be up to date. */
async function refuseToRun(execution: Execution, resolved: ResolvedAction): Promise<void> {
  const { plan, context, history } = execution;
  const { action } = resolved;
  const explanation = await explainChange(resolved, plan, history);
  const reason = reasonFor(resolved, isForced(execution, resolved), context, explanation);
  const hint = `leave out --only, or run ${action.label} first`;
  fail(execution, action, [
    problem('usage/not-up-to-date', `${action.label} is not up to date (${reason})`, { hint }),
  ]);
  // The refusal is about this action and not about its spec: each of its twins is a target, or is not, on its own.
  releaseTwins(execution, resolved);
}
