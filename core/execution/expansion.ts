import type { Plan, PlannedStage } from '../config/plan.ts';
import type { Registry } from '../registry.ts';
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
  const { from } = stage.foreach;
  const upstream = progress.actions(from.stage);
  const maker = upstream?.find(({ label }) => label === from.stage);
  if (maker === undefined) return upstream === null ? null : expand(stage, kind, plan.cluster, upstream);
  const state = progress.state(maker);
  if (state.type === 'done')
    return expand(stage, kind, plan.cluster, { record: state.record, port: from.port });
  // Its items will never be known: the stage as a whole stands for them.
  return isDeadEnd(state) ? [{ label: stage.name, stage, kind, item: null, board: null }] : null;
}
