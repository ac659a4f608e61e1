import type { ResolvedAction } from './action.ts';
import { demandOf } from './demand.ts';
import type { Execution } from './execution.ts';
import { perform } from './perform.ts';
import type { Retry } from './retry.ts';

/** Has an action run as soon as it is its turn. `isAlone`: while nothing else runs. */
export function enqueue(execution: Execution, resolved: ResolvedAction, isAlone = false): void {
  const { scheduler, urgency, context } = execution;
  scheduler.add({
    run: async () => {
      const again = await perform(execution, resolved);
      if (again !== null) postpone(execution, resolved, again);
    },
    uses: demandOf(resolved.action, context.ledger),
    isAlone,
    priority: urgency(resolved.action),
  });
}

function postpone(execution: Execution, resolved: ResolvedAction, again: Retry): void {
  const { scheduler, context, options } = execution;
  if (again.type === 'alone') {
    enqueue(execution, resolved, true);
    return;
  }
  scheduler.whileBusy(
    context.pause(again.milliseconds, options.signal).then(() => {
      enqueue(execution, resolved);
    }),
  );
}
