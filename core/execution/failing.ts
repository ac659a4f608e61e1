import type { Diagnostic } from '../../base/diagnostic.ts';
import type { Action } from './action.ts';
import { announceFailed } from './announce.ts';
import type { Execution, Outdated } from './execution.ts';

/** Ends an action with a failure; `directory` is its kept work directory, relative to the project. */
export function fail(
  execution: Execution,
  action: Action,
  diagnostics: readonly Diagnostic[],
  milliseconds = 0,
  directory: string | null = null,
): void {
  const { options, failures, scheduler } = execution;
  const failure = { diagnostics, milliseconds, directory };
  failures.set(action.label, failure);
  if (failures.size >= options.stopAfter) execution.isStopped = true;
  scheduler.whileBusy(
    announceFailed(execution, action, failure).then(() => {
      execution.wake([action.stage.name]);
    }),
  );
}

/** Ends an action after a failure of the machine or a runner, which is not the action's fault. */
export function lose(
  execution: Execution,
  action: Action,
  diagnostic: Diagnostic,
  milliseconds = 0,
  directory: string | null = null,
): void {
  execution.isLost = true;
  fail(execution, action, [diagnostic], milliseconds, directory);
}

/** Ends an action that is not up to date, and does not run in this execution. */
export function noteOutdated({ progress, outdated }: Execution, action: Action, why: Outdated): void {
  progress.setState(action, { type: 'stale' });
  outdated.push(why);
}
