import type { PlannedStage } from '../contracts/plan.ts';
import { upstreamOf } from '../contracts/plan.ts';

export type Order =
  | { readonly type: 'ordered'; readonly stages: readonly PlannedStage[] }
  /** Names along one cycle, the first repeated at the end. */
  | { readonly type: 'cycle'; readonly names: readonly string[] };

/** Stages in an order where each comes after those it waits for, otherwise as written. */
export function topologicalOrder(stages: readonly PlannedStage[]): Order {
  const byName = new Map(stages.map((stage) => [stage.name, stage]));
  const ordered = new Set<PlannedStage>();
  for (const stage of stages) {
    const cycle = addBehindUpstream(stage, byName, ordered);
    if (cycle !== null) return { type: 'cycle', names: cycle };
  }
  return { type: 'ordered', stages: [...ordered] };
}

/** A stage that waits for others, of which those up to `next` have been looked at. */
interface Waiting {
  readonly stage: PlannedStage;
  readonly upstream: readonly string[];
  next: number;
}

/** Adds a stage after everything it waits for; returns a cycle if there is one. Not recursive: a chain may be long. */
function addBehindUpstream(
  stage: PlannedStage,
  byName: ReadonlyMap<string, PlannedStage>,
  ordered: Set<PlannedStage>,
): readonly string[] | null {
  if (ordered.has(stage)) return null;
  const open = [waitingOf(stage)];
  const trail = new Set([stage.name]);
  for (let last = open.at(-1); last !== undefined; last = open.at(-1)) {
    const upstream = last.upstream[last.next++];
    if (upstream === undefined) {
      ordered.add(last.stage);
      trail.delete(last.stage.name);
      open.pop();
      continue;
    }
    const other = byName.get(upstream);
    if (other === undefined || ordered.has(other)) continue;
    if (trail.has(upstream)) {
      const names = [...trail];
      return [...names.slice(names.indexOf(upstream)), upstream];
    }
    trail.add(upstream);
    open.push(waitingOf(other));
  }
  return null;
}

function waitingOf(stage: PlannedStage): Waiting {
  return { stage, upstream: upstreamOf(stage), next: 0 };
}
