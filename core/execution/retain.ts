import type { Plan } from '../contracts/plan.ts';
import type { Ledger } from '../state/ledger.ts';
import type { ActionState } from './action.ts';

/**
 * After a run of everything: makes the ledger forget actions that no longer exist, so that their results are not current
 * forever. The items of a stage are known only if they were in this run.
 */
export function retainExisting(plan: Plan, ledger: Ledger, states: ReadonlyMap<string, ActionState>): void {
  const stages = new Map(plan.stages.map((stage) => [stage.name, stage]));
  ledger.retain((label) => {
    const stage = stages.get(label.split('/')[0] ?? label);
    if (stage === undefined) return false;
    const areItemsKnown = stage.foreach === null || !states.has(stage.name);
    return !areItemsKnown || states.has(label);
  });
}
