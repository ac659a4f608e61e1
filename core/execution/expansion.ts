import { member } from '../../base/member.ts';
import type { Plan, PlannedStage, Reference } from '../contracts/plan.ts';
import type { Registry } from '../contracts/registry.ts';
import { kindOf } from '../contracts/registry.ts';
import type { Action } from './action.ts';
import type { Progress } from './progress.ts';
import { isDeadEnd } from './progress.ts';

/** The actions of a stage: over the cluster, over the rows of a collection, or one; null while its items are not known. */
export function actionsOf(
  stage: PlannedStage,
  plan: Plan,
  registry: Registry,
  progress: Progress,
): readonly Action[] | null {
  const one = onlyAction(stage, registry);
  if (stage.foreach === null) return [one];
  if (stage.foreach.type === 'cluster')
    return plan.cluster.map((board) => ({ ...one, label: `${stage.name}/${board.name}`, board }));
  const { stage: name, port } = collectionBehind(stage.foreach.from, plan);
  const maker = progress.actions(name)?.find(({ label }) => label === name);
  if (maker === undefined) return null;
  const state = progress.state(maker);
  // Its items will never be known: the stage as a whole takes their place.
  if (state.type !== 'done') return isDeadEnd(state) ? [one] : null;
  const items = member(state.record.items, port) ?? [];
  return items.map((item) => ({ ...one, label: `${stage.name}/${item.position}`, item }));
}

/** The action of a stage as a whole, or a named action that turned out not to exist. */
export function onlyAction(stage: PlannedStage, registry: Registry, label = stage.name): Action {
  return { label, stage, kind: kindOf(stage, registry), item: null, board: null };
}

/** The collection at the start of a chain of stages that go through its items. */
export function collectionBehind(from: Reference, plan: Plan): Reference {
  const byName = new Map(plan.stages.map((stage) => [stage.name, stage]));
  let start = from;
  // A loop, not recursion: a chain may be long.
  for (let foreach = byName.get(from.stage)?.foreach; foreach?.type === 'items';) {
    start = foreach.from;
    foreach = byName.get(start.stage)?.foreach;
  }
  return start;
}
