import type { PlannedStage } from '../core/contracts/plan.ts';
import type { JsonObject } from '../base/json.ts';
import { defined } from '../base/defined.ts';
import { isJsonObject } from '../base/json.ts';
import type { FifoPolicy, Toolchain } from './toolchain.ts';

/**
 * Divides and adds stages as the toolchain requires. Each `finn/build` gets a step that chooses the depths of FIFOs and
 * simulates its submodels. Under Vivado the build itself becomes three steps, so that a board that Vivado does not know is found
 * before high-level synthesis, and a failed place and route never repeats it. With the embedded front end, FINN also checks
 * each estimated graph first. A `verify` with `rtl: true` gets a step that simulates RTL. `tools` names the initialisation script, an input of these steps.
 */
export function elaborate(
  written: readonly PlannedStage[],
  toolchain: JsonObject,
  tools: JsonObject,
): readonly PlannedStage[] {
  const stages = withRtl(written);
  const { frontend, backend, crossCheck, fifos } = toolchain as Toolchain;
  if (backend !== 'vivado')
    return stages.flatMap((stage) =>
      stage.kind === 'finn/build' ? [timingStep(stage, fifos, stages), emulatedBuild(stage, fifos)] : [stage],
    );
  const isChecked = frontend === 'embedded' && crossCheck;
  const checks = isChecked ? crossChecks(stages) : [];
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

/** For each `verify` that asks for it `verify.rtl`, item by item; what waits for the one waits for the other. */
function withRtl(stages: readonly PlannedStage[]): readonly PlannedStage[] {
  const verified = stages.filter(({ kind, params }) => kind === 'verify' && params['rtl'] === true);
  const names = new Set(verified.map(({ name }) => name));
  const waiting = stages.map((stage) => ({
    ...stage,
    after: stage.after.flatMap((name) => (names.has(name) ? [name, rtlOf(name)] : [name])),
  }));
  const steps = verified.map((stage): PlannedStage => {
    const { parts } = stage.needs;
    const from = defined(parts, 'verify needs the submodels');
    return {
      ...{ ...stage, name: rtlOf(stage.name), kind: 'finn/rtl', params: {}, needs: {} },
      foreach: { type: 'items', from: { stage: from.stage, port: from.port } },
    };
  });
  return [...waiting, ...steps];
}

function rtlOf(name: string): string {
  return `${name}.rtl`;
}

/**
 * `build.timing` chooses the depths of FIFOs and simulates the submodel. To size them it must know how the split counted, since
 * it spends what that left free.
 */
function timingStep(stage: PlannedStage, fifos: FifoPolicy, stages: readonly PlannedStage[]): PlannedStage {
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

/** Emulated boards have FIFOs of 33 by themselves; any other depths come with the bitstream. */
function emulatedBuild(stage: PlannedStage, fifos: FifoPolicy): PlannedStage {
  return fifos.type === 'uniform' ? stage : { ...stage, needs: { ...stage.needs, ...depthsOf(stage) } };
}

function depthsOf(stage: PlannedStage): PlannedStage['needs'] {
  return { depths: { stage: timingOf(stage), port: 'depths', isGathered: false } };
}

function timingOf({ name }: PlannedStage): string {
  return `${name}.timing`;
}

/**
 * `build.probe` finds the board part, `build.hardware` makes IP of every layer and a project of them, `build` runs synthesis,
 * place and route on it.
 */
function buildSteps(
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
function initOf({ vivado }: JsonObject): PlannedStage['params'] {
  const init = isJsonObject(vivado) ? vivado['init'] : undefined;
  return typeof init === 'string' ? { init } : {};
}

/** For each estimate the same stages through FINN itself, `preprocess.finn` and `estimate.finn`, and their comparison. */
function crossChecks(stages: readonly PlannedStage[]): readonly PlannedStage[] {
  const twins = stages
    .filter(({ kind }) => kind === 'finn/preprocess' || kind === 'finn/estimate')
    .map((stage) => ({ ...stage, name: twinOf(stage.name) }));
  const hasTwin = (name: string): boolean => twins.some((twin) => twin.name === twinOf(name));
  const byFinn = twins.map((twin): PlannedStage => ({
    ...twin,
    toolchain: { ...twin.toolchain, frontend: 'finn' },
    needs: Object.fromEntries(
      Object.entries(twin.needs).map(([port, from]) => [
        port,
        hasTwin(from.stage) ? { ...from, stage: twinOf(from.stage) } : from,
      ]),
    ),
  }));
  const comparisons = stages
    .filter(({ kind }) => kind === 'finn/estimate')
    .map((stage): PlannedStage => ({
      ...stage,
      name: `${stage.name}.cross-check`,
      kind: 'finn/cross-check',
      params: {},
      needs: {
        ours: { stage: stage.name, port: 'model', isGathered: false },
        finns: { stage: twinOf(stage.name), port: 'model', isGathered: false },
      },
      after: [],
      foreach: null,
    }));
  return [...byFinn, ...comparisons];
}

function twinOf(name: string): string {
  return `${name}.finn`;
}
