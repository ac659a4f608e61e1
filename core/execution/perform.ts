import { defined } from '../../base/defined.ts';
import type { ResolvedAction } from './action.ts';
import { announceCancelled, announceSucceeded } from './announce.ts';
import type { Execution } from './execution.ts';
import { isForced } from './execution.ts';
import { fail, lose } from './failing.ts';
import { lookUp } from './lookup.ts';
import { explainChange, reasonFor } from './past.ts';
import { startAction } from './start.ts';
import { takeOver } from './take-over.ts';
import { settleTwins } from './twins.ts';

/** Runs an action whose turn it is, unless the run has been stopped or another process has finished it meanwhile. */
export async function perform(execution: Execution, resolved: ResolvedAction): Promise<void> {
  const { action } = resolved;
  const { plan, context, history } = execution;
  const refusal = isStopping(execution) ? null : await context.claim();
  const known = isForced(execution, action) ? null : await lookUp(resolved, context);
  // Before the last look at whether to stop: nothing may come between that and the start.
  const explanation = known === null ? await explainChange(resolved, plan, history) : null;
  if (isStopping(execution)) announceCancelled(execution, action);
  else if (refusal !== null) lose(execution, action, refusal);
  else if (known !== null) takeOver(execution, resolved, known);
  else await run(execution, resolved, reasonFor(resolved, isForced(execution, action), history, explanation));
  settleTwins(execution, resolved);
}

function isStopping({ isStopped, options }: Execution): boolean {
  return isStopped || options.signal.aborted;
}

async function run(execution: Execution, resolved: ResolvedAction, reason: string): Promise<void> {
  const { plan, context, options, progress, forced } = execution;
  const { ledger, now } = context;
  const { action } = resolved;
  progress.setState(action, { type: 'running', resolved });
  const before = ledger.entry(action.label)?.record ?? null;
  const began = now();
  const outcome = await startAction(resolved, reason, context, plan, options.signal);
  const milliseconds = now() - began;
  forced.delete(action.label);
  switch (outcome.type) {
    case 'succeeded':
      ledger.note(action.label, outcome.record);
      announceSucceeded(execution, resolved, outcome.record, before, milliseconds);
      break;
    case 'failed':
      fail(execution, action, outcome.diagnostics, milliseconds, outcome.directory);
      break;
    case 'lost':
      lose(execution, action, outcome.diagnostic);
      break;
    case 'cancelled':
      announceCancelled(execution, action);
      break;
    case 'damaged':
      makeAgain(execution, resolved, outcome.producer);
      break;
  }
}

/** A miss found late: the action that made the input runs again, and its dependents wait for it. */
function makeAgain({ progress, forced, wake }: Execution, { action }: ResolvedAction, label: string): void {
  const producer = defined(progress.find(label), 'what made an input is an action of this run');
  forced.add(label);
  progress.setState(action, { type: 'waiting' });
  progress.setState(producer, { type: 'waiting' });
  wake([producer.stage.name]);
}
