import type { JsonObject } from '../../base/json.ts';
import type { PlannedStage, Reference } from '../../core/contracts/plan.ts';
import type { FifoPolicy } from '../toolchain.ts';

/**
 * `build.timing` chooses the depths of FIFOs and simulates the submodel. To size them it must know how the split counted, since
 * it spends what that left free.
 */
export function timingStep(
  stage: PlannedStage,
  fifos: FifoPolicy,
  stages: readonly PlannedStage[],
): PlannedStage {
  const split = splitBehind(stage, stages);
  const params = {
    fifos,
    ...(fifos.type === 'sized' && split !== null ? { split: splitParams(split) } : {}),
  };
  return { ...stage, name: timingOf(stage), kind: 'finn/timing', params, after: [] };
}

/** The split whose submodels the stage goes through, perhaps after other stages that did; null without one. */
function splitBehind(stage: PlannedStage, stages: readonly PlannedStage[]): PlannedStage | null {
  const seen = new Set<PlannedStage>();
  // A loop, not recursion: a chain may be long.
  for (let at: PlannedStage | undefined = stage; at?.foreach?.type === 'items' && !seen.has(at);) {
    seen.add(at);
    const { from }: { readonly from: Reference } = at.foreach;
    at = stages.find(({ name }) => name === from.stage);
    if (at?.kind === 'split') return at;
  }
  return null;
}

function splitParams({ params: { limits, overheads } }: PlannedStage): JsonObject {
  return {
    ...(limits === undefined ? {} : { limits }),
    ...(overheads === undefined ? {} : { overheads }),
  };
}

/** The chosen depths as an input of a step of the same build. */
export function depthsOf(stage: PlannedStage): PlannedStage['needs'] {
  return { depths: { stage: timingOf(stage), port: 'depths', isGathered: false } };
}

function timingOf({ name }: PlannedStage): string {
  return `${name}.timing`;
}
