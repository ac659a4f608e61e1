import type { JsonObject } from '../../base/json.ts';
import type { PlannedStage } from '../../core/contracts/plan.ts';
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
  const source = stage.foreach?.type === 'items' ? stage.foreach.from.stage : null;
  const split = stages.find(({ name, kind }) => name === source && kind === 'split');
  const params = {
    fifos,
    ...(fifos.type === 'sized' && split !== undefined ? { split: splitParams(split) } : {}),
  };
  return { ...stage, name: timingOf(stage), kind: 'finn/timing', params, after: [] };
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
