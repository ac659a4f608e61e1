import type { ResolvedAction } from './action.ts';
import type { Execution } from './execution.ts';
import { fail } from './failing.ts';

/** An action has ended: those with the same fingerprint fail as it did, or look up its result. */
export function settleTwins(execution: Execution, { action, fingerprint }: ResolvedAction): void {
  const { twins, failures, progress } = execution;
  const same = twins.get(fingerprint) ?? [];
  twins.delete(fingerprint);
  const failure = failures.get(action.label);
  for (const twin of same)
    if (failure === undefined) progress.setState(twin, { type: 'waiting' });
    else fail(execution, twin, failure.diagnostics, 0, failure.directory);
  execution.wake([action, ...same].map(({ stage }) => stage.name));
}
