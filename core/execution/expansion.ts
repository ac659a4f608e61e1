import type { Plan, PlannedStage, Reference } from '../contracts/plan.ts';
import type { Registry } from '../contracts/registry.ts';
import type { Action } from './action.ts';
import { expand } from './action.ts';
import type { Progress } from './progress.ts';
import { isDeadEnd } from './progress.ts';

/** The actions of a stage, as soon as its items are known; null before that. */
export function expansionOf(
  stage: PlannedStage,
  plan: Plan,
  registry: Registry,
  progress: Progress,
): readonly Action[] | null {
  const kind = registry.kinds.get(stage.kind)!;
  if (stage.foreach?.type !== 'items') return expand(stage, kind, plan.cluster, null);
  const { stage: name, port } = collectionBehind(stage.foreach.from, plan);
  const maker = progress.actions(name)?.find(({ label }) => label === name);
  if (maker === undefined) return null;
  const state = progress.state(maker);
  if (state.type === 'done') return expand(stage, kind, plan.cluster, { record: state.record, port });
  // Its items will never be known: the stage as a whole stands for them.
  return isDeadEnd(state) ? [{ label: stage.name, stage, kind, item: null, board: null }] : null;
}

/** The collection whose items stages go through one after the other, behind all of those. */
export function collectionBehind(from: Reference, plan: Plan): Reference {
  const source = plan.stages.find(({ name }) => name === from.stage);
  return source?.foreach?.type === 'items' ? collectionBehind(source.foreach.from, plan) : from;
}
