import type { PlannedStage } from '../contracts/plan.ts';
import { upstreamOf } from '../contracts/plan.ts';

export type Order =
  | { readonly type: 'ordered'; readonly stages: readonly PlannedStage[] }
  /** Names along one cycle, the first repeated at the end. */
  | { readonly type: 'cycle'; readonly names: readonly string[] };

/** Stages in an order where each comes after those it waits for, otherwise as written. */
export function topologicalOrder(stages: readonly PlannedStage[]): Order {
  const byName = new Map(stages.map((stage) => [stage.name, stage]));
  const done = new Set<string>();
  const ordered: PlannedStage[] = [];
  const visit = (stage: PlannedStage, trail: readonly string[]): readonly string[] | null => {
    if (done.has(stage.name)) return null;
    const start = trail.indexOf(stage.name);
    if (start >= 0) return [...trail.slice(start), stage.name];
    for (const name of upstreamOf(stage)) {
      const upstream = byName.get(name);
      const cycle = upstream === undefined ? null : visit(upstream, [...trail, stage.name]);
      if (cycle !== null) return cycle;
    }
    done.add(stage.name);
    ordered.push(stage);
    return null;
  };
  for (const stage of stages) {
    const cycle = visit(stage, []);
    if (cycle !== null) return { type: 'cycle', names: cycle };
  }
  return { type: 'ordered', stages: ordered };
}
