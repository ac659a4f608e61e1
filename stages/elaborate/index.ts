import type { JsonObject } from '../../base/json.ts';
import type { PlannedStage } from '../../core/contracts/plan.ts';
import type { Toolchain } from '../toolchain.ts';
import { loweredByFinn } from './by-finn.ts';
import { buildSteps, emulatedBuild, initOf } from './build.ts';
import { crossChecks } from './cross-checks.ts';
import { withOriginal } from './original.ts';
import { withRtl } from './rtl.ts';
import { timingStep } from './timing.ts';

/**
 * Divides and adds stages as the toolchain requires. Each `finn/build` gets a step that chooses the depths of FIFOs and
 * simulates its submodels. Under Vivado the build itself becomes three steps, so that a board that Vivado does not know is found
 * before high-level synthesis, and a failed place and route never repeats it. With the embedded front end, FINN also checks
 * each estimated graph first. Every `verify`
 * gets a step that compares the hardware with the user's network, with `rtl: true` also one that simulates RTL. `tools` names the initialisation script, an input of these steps.
 */
export function elaborate(
  written: readonly PlannedStage[],
  toolchain: JsonObject,
  tools: JsonObject,
): readonly PlannedStage[] {
  const stages = loweredByFinn(withRtl(withOriginal(written)));
  const { frontend, backend, crossCheck, fifos } = toolchain as Toolchain;
  if (backend !== 'vivado')
    return stages.flatMap((stage) =>
      stage.kind === 'finn/build' ? [timingStep(stage, fifos, stages), emulatedBuild(stage, fifos)] : [stage],
    );
  const isChecked = frontend === 'embedded' && crossCheck;
  const checks = isChecked ? loweredByFinn(crossChecks(stages)) : [];
  const last = checks.filter(({ kind }) => kind === 'finn/cross-check').map(({ name }) => name);
  return [
    ...stages.flatMap((stage) =>
      stage.kind === 'finn/build'
        ? [timingStep(stage, fifos, stages), ...buildSteps(stage, last, initOf(tools))]
        : [stage],
    ),
    ...checks,
  ];
}
