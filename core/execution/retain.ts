import type { Plan, PlannedStage } from '../contracts/plan.ts';
import type { Layout } from '../state/layout.ts';
import { orphanedFailures } from '../state/failures.ts';
import type { Ledger } from '../state/ledger.ts';
import type { ActionState } from './action.ts';

/**
 * After a run of everything: makes the ledger forget actions that no longer exist, so that their results are not current
 * forever. The items of a stage are known only if they were in this run.
 */
export function retainExisting(plan: Plan, ledger: Ledger, states: ReadonlyMap<string, ActionState>): void {
  const stages = byName(plan);
  ledger.retain((label) => {
    const stage = stages.get(stageOf(label));
    return stage !== undefined && (!areItemsKnown(stage, states) || states.has(label));
  });
}

/**
 * After a run of everything: the kept folders, as absolute paths, of actions of these runs that no longer exist. Those that runs
 * of another pipeline file or with another profile made may still be planned there, and stay; so do those of steps that the
 * stage has not now, but would have under another toolchain.
 */
export function foldersOfGoneActions(
  plan: Plan,
  { layout, ledger }: { readonly layout: Layout; readonly ledger: Ledger },
  states: ReadonlyMap<string, ActionState>,
): readonly string[] {
  const stages = byName(plan);
  const written = new Set(plan.stages.map(({ written }) => written));
  const known = new Set([...states.keys()].map(stageOf));
  return orphanedFailures(layout, ledger.profile, (label) => {
    const name = stageOf(label);
    const stage = stages.get(name);
    if (stage === undefined) return written.has(name.split('.')[0] ?? name);
    return states.has(label) || !known.has(name) || !areItemsKnown(stage, states);
  });
}

function byName(plan: Plan): ReadonlyMap<string, PlannedStage> {
  return new Map(plan.stages.map((stage) => [stage.name, stage]));
}

function stageOf(label: string): string {
  return label.split('/')[0] ?? label;
}

function areItemsKnown({ name, foreach }: PlannedStage, states: ReadonlyMap<string, ActionState>): boolean {
  return foreach === null || !states.has(name);
}
