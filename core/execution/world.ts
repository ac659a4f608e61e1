import type { Plan } from '../contracts/plan.ts';
import type { World } from '../contracts/world.ts';
import type { Action } from './action.ts';
import type { ExecutionContext } from './context.ts';

/** The world that an effect acts on. */
export function worldOf({ board }: Action, plan: Plan, { paths }: Pick<ExecutionContext, 'paths'>): World {
  return { ...paths, tools: plan.tools, board, boards: plan.cluster };
}
