import type { JsonObject } from '../../base/json.ts';
import { isJsonObject } from '../../base/json.ts';
import type { PlannedStage } from '../../core/contracts/plan.ts';
import type { FifoPolicy } from '../toolchain.ts';
import { depthsOf } from './timing.ts';

/** Emulated boards have FIFOs of 33 by themselves; any other depths come with the bitstream. */
export function emulatedBuild(stage: PlannedStage, fifos: FifoPolicy): PlannedStage {
  return fifos.type === 'uniform' ? stage : { ...stage, needs: { ...stage.needs, ...depthsOf(stage) } };
}

/**
 * `build.probe` finds the board part, `build.hardware` makes IP of every layer and a project of them, `build` runs synthesis,
 * place and route on it.
 */
export function buildSteps(
  stage: PlannedStage,
  checks: readonly string[],
  init: PlannedStage['params'],
): readonly PlannedStage[] {
  const [probe, hardware] = [`${stage.name}.probe`, `${stage.name}.hardware`];
  return [
    { ...stage, name: probe, kind: 'finn/probe', params: init, after: [] },
    {
      ...stage,
      name: hardware,
      kind: 'finn/hardware',
      params: init,
      needs: { ...stage.needs, ...depthsOf(stage) },
      // It waits for the probe without taking anything of it: its key must not hold the board part.
      after: [...stage.after, probe, ...checks],
    },
    {
      ...stage,
      kind: 'finn/implement',
      params: { ...stage.params, ...init },
      needs: { platform: { stage: probe, port: 'platform', isGathered: false } },
      after: [],
      foreach: { type: 'items', from: { stage: hardware, port: 'hardware' } },
    },
  ];
}

/** The initialisation script of Vivado as a parameter of a step. */
export function initOf({ vivado }: JsonObject): PlannedStage['params'] {
  const init = isJsonObject(vivado) ? vivado['init'] : undefined;
  return typeof init === 'string' ? { init } : {};
}
