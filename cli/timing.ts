import { defined } from '../base/defined.ts';
import { problem } from '../base/diagnostic.ts';
import type { Result } from '../base/result.ts';
import { failure, success } from '../base/result.ts';
import { nameHint } from '../base/suggest.ts';
import type { Plan, PlannedStage } from '../core/contracts/plan.ts';
import { jsonLine } from '../reporters/json.ts';
import type { TimingReport } from '../stages/finn/timing/advice.ts';
import { adviceOn } from '../stages/finn/timing/advice.ts';
import type { TimingParams } from '../stages/finn/timing/params.ts';
import type { SubmodelNames } from '../stages/split/names.ts';
import { readEnvironment } from './environment.ts';
import type { ExitCode, PlanOptions } from './options.ts';
import { fail } from './options.ts';
import { openProject } from './project.ts';
import type { SubmodelTiming } from './timing-table.ts';
import { timingLines } from './timing-table.ts';
import { upToDate } from './up-to-date.ts';

/**
 * `pipeline timing [STAGE]`: how fast the submodels of a build run as they are built, layer by layer, and what holds them up. If
 * the simulation is not up to date, it runs first.
 */
export async function timing(name: string | undefined, options: PlanOptions): Promise<ExitCode> {
  const environment = readEnvironment(options);
  const isJson = options.json === true;
  const opened = await openProject(environment, options);
  if (!opened.ok) return fail(opened.diagnostics, isJson, environment);
  const { plan } = opened.value;
  const stage = stageToTime(name, plan);
  if (!stage.ok) return fail(stage.diagnostics, isJson, environment);
  const collection = defined(collectionOf(stage.value), 'the step goes through submodels');
  const step = stage.value.name;
  const { fifos } = stage.value.params as unknown as TimingParams;
  const results = await upToDate([collection, step], opened.value, environment, options);
  if (typeof results === 'number') return results;
  const read = async (label: string, port: string, path: string): Promise<unknown> =>
    JSON.parse(String(defined(await results.read(label, port, path), `${label} has made ${path}`)));
  const names = (await read(collection, 'names', 'names.json')) as readonly SubmodelNames[];
  const submodels = await Promise.all(
    results.labelsOf(step).map(async (label, position): Promise<SubmodelTiming> => {
      const report = (await read(label, 'report', 'timing.json')) as TimingReport;
      const shown = withOriginalNames(report, names[position]);
      return { position, report: shown, advice: adviceOn(shown, fifos) };
    }),
  );
  if (isJson) {
    environment.out.write(
      jsonLine({ type: 'timing', stage: stage.value.written, target: plan.target, submodels }),
    );
    return 0;
  }
  const title = `${stage.value.written}: for ${plan.target.board} at ${plan.target.clockMHz} MHz`;
  environment.out.write(`${timingLines(title, submodels, environment.out).join('\n')}\n`);
  return 0;
}

/** The step that simulates the submodels of the named build, or of the only one there is. */
function stageToTime(name: string | undefined, { stages }: Plan): Result<PlannedStage> {
  const steps = stages.filter(({ kind }) => kind === 'finn/timing');
  const [first, second] = name === undefined ? steps : steps.filter(({ written }) => written === name);
  if (first !== undefined && second === undefined) return success(first);
  const builds = steps.map(({ written }) => written);
  if (builds.length === 0)
    return failure(
      problem('usage/nothing-to-time', 'no stage builds submodels', {
        hint: 'add a stage of kind finn/build',
      }),
    );
  const hint = `name one of ${builds.join(', ')}`;
  if (name === undefined)
    return failure(problem('usage/which-stage', 'several stages build submodels', { hint }));
  return failure(
    stages.some((stage) => stage.name === name)
      ? problem('usage/nothing-to-time', `"${name}" does not build submodels`, { hint })
      : problem('usage/unknown-target', `there is no stage "${name}"`, { hint: nameHint(name, builds) }),
  );
}

function collectionOf({ foreach }: PlannedStage): string | null {
  return foreach?.type === 'items' ? foreach.from.stage : null;
}

function withOriginalNames(report: TimingReport, names: SubmodelNames | undefined): TimingReport {
  const original = new Map(names?.nodes ?? []);
  const nameOf = (local: string): string => original.get(local) ?? local;
  const endOf = (local: string | null): string | null => (local === null ? null : nameOf(local));
  return {
    ...report,
    assumed: report.assumed.map(nameOf),
    layers: report.layers.map((layer) => ({ ...layer, name: nameOf(layer.name) })),
    fifos: report.fifos.map((fifo) => ({ ...fifo, from: endOf(fifo.from), to: endOf(fifo.to) })),
    deadlock: report.deadlock.map((wait) => ({ ...wait, layer: nameOf(wait.layer), of: nameOf(wait.of) })),
  };
}
