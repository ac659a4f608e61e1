import type { Action, ResolvedAction } from './action.ts';
import type { Execution } from './execution.ts';
import { fail } from './failing.ts';

/** An action has ended: those with the same fingerprint fail as it did, or look up its result. */
export function settleTwins(execution: Execution, resolved: ResolvedAction): void {
  const failure = execution.failures.get(resolved.action.label);
  if (failure === undefined) {
    releaseTwins(execution, resolved);
    return;
  }
  const same = takeTwins(execution, resolved);
  for (const twin of same) fail(execution, twin, failure.diagnostics, 0, failure.directory);
  execution.wake([resolved.action, ...same].map(({ stage }) => stage.name));
}

/** Those with the same fingerprint are looked up by themselves. */
export function releaseTwins(execution: Execution, resolved: ResolvedAction): void {
  const same = takeTwins(execution, resolved);
  for (const twin of same) execution.progress.setState(twin, { type: 'waiting' });
  execution.wake([resolved.action, ...same].map(({ stage }) => stage.name));
}

function takeTwins({ twins }: Execution, { fingerprint }: ResolvedAction): readonly Action[] {
  const same = twins.get(fingerprint) ?? [];
  twins.delete(fingerprint);
  return same;
}
