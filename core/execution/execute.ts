import type { PendingStage } from '../contracts/check.ts';
import type { Plan, PlannedStage } from '../contracts/plan.ts';
import type { Explanation } from '../why/explain.ts';
import type { ActionState } from './action.ts';
import { advance } from './advance.ts';
import type { ExecutionContext } from './context.ts';
import type { Execution, ExecutionOptions, Outdated, Runnable } from './execution.ts';
import { createExecution, runnableOf } from './execution.ts';
import { expandStage } from './expand-stage.ts';
import { orderedSet } from './ordered-set.ts';
import { explainChange, reasonFor } from './past.ts';
import { pendingStages, preflight } from './preflight.ts';

export interface ExecutionResult {
  readonly states: ReadonlyMap<string, ActionState>;
  /** What would run and did not, in the order in which it was found: all of it in plan mode, else what was not admitted. */
  readonly stale: readonly Stale[];
  /** Plan mode only: the stages that are not up to date. */
  readonly pending: readonly PendingStage[];
  /** The machine or a runner failed an action. */
  readonly isLost: boolean;
}

/** An action that would run or, where that depends on another's outputs, may run. */
export type Stale =
  | (Runnable & {
      readonly type: 'would-run';
      readonly reason: string;
      readonly explanation: Explanation | null;
    })
  | { readonly action: string; readonly type: 'may-run'; readonly needs: string };

/**
 * Brings the selected stages up to date: each action starts once everything it needs is done and a slot is free. If there is
 * nothing to run, everything is looked up synchronously before the first promise.
 */
export async function execute(
  plan: Plan,
  context: ExecutionContext,
  options: ExecutionOptions,
): Promise<ExecutionResult> {
  const execution = createExecution(plan, context, options, settle);
  execution.wake(execution.progress.stages.map(({ name }) => name));
  await execution.scheduler.idle();
  await checkRest(execution);
  const stale: Stale[] = [];
  for (const outdated of execution.outdated) stale.push(await explained(outdated, execution));
  const pending = options.mode === 'plan' ? pendingStages(execution) : [];
  return { states: execution.progress.states(), stale, pending, isLost: execution.isLost };
}

/** Where an action failed before any could run, what else would stop the run has not been looked for yet. */
async function checkRest(execution: Execution): Promise<void> {
  const { options, failures } = execution;
  if (options.mode === 'run' && !options.only && failures.size > 0 && execution.preflight === null)
    await preflight(execution);
}

/** In topological order, so that a change reaches all dependents in one pass; what is not affected costs nothing. */
function settle(execution: Execution, first: readonly string[]): void {
  const { progress } = execution;
  const dirty = orderedSet(first.map(progress.place));
  for (let at = dirty.takeFirst(); at !== null; at = dirty.takeFirst()) {
    const stage = progress.stages[at];
    if (stage !== undefined && settleStage(execution, stage))
      for (const name of progress.dependents(stage.name)) dirty.add(progress.place(name));
  }
}

/** Whether anything in the stage changed. */
function settleStage(execution: Execution, stage: PlannedStage): boolean {
  const { progress } = execution;
  const actions = progress.actions(stage.name) ?? expandStage(execution, stage);
  if (actions === null) return false;
  const waiting = actions.filter((action) => progress.state(action).type === 'waiting');
  for (const action of waiting) advance(execution, action);
  return waiting.length === 0 || waiting.some((action) => progress.state(action).type !== 'waiting');
}

async function explained(outdated: Outdated, execution: Execution): Promise<Stale> {
  const { plan, context, history } = execution;
  if (outdated.type === 'may-run')
    return { action: outdated.action.label, type: 'may-run', needs: outdated.needs };
  const { resolved, isForced } = outdated;
  const explanation = await explainChange(resolved, plan, history);
  const reason = reasonFor(resolved, isForced, context, explanation);
  return { ...runnableOf(resolved, execution), type: 'would-run', reason, explanation };
}
