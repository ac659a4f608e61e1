import { existsSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { defined } from '../base/defined.ts';
import type { Diagnostic } from '../base/diagnostic.ts';
import { problem } from '../base/diagnostic.ts';
import type { Result } from '../base/result.ts';
import { failure, success } from '../base/result.ts';
import type { PlannedStage } from '../core/contracts/plan.ts';
import type { Target } from '../core/contracts/types.ts';
import type { Toolchain } from '../stages/toolchain.ts';
import type { FoldedNetwork } from '../stages/finn/estimate/try-foldings.ts';
import { jsonLine } from '../reporters/json.ts';
import type { Environment } from './environment.ts';
import { readEnvironment } from './environment.ts';
import type { NamedChoice } from './fold-choices.ts';
import { fileChoice, presentChoice, rateChoice, stageToFold } from './fold-choices.ts';
import { paceLines } from './fold-pace.ts';
import { foldingLines } from './fold-table.ts';
import type { ExitCode, PlanOptions } from './options.ts';
import { fail } from './options.ts';
import type { Project } from './project.ts';
import { openProject } from './project.ts';
import { upToDate } from './up-to-date.ts';

export interface FoldOptions extends PlanOptions {
  /** Images per second. */
  readonly targetFps?: number;
  /** Like `write` relative to the folder of pipeline.yaml. */
  readonly folding?: string;
  readonly write?: string;
  readonly force?: boolean;
}

/**
 * `pipeline fold [STAGE]`: the folding of an estimate stage layer by layer, or beside it what another file or a rate would
 * yield. If preprocess is not up to date, it runs first; nothing else runs, and only the file to write changes.
 */
export async function fold(name: string | undefined, options: FoldOptions): Promise<ExitCode> {
  const environment = readEnvironment(options);
  const isJson = options.json === true;
  const opened = await openProject(environment, options);
  if (!opened.ok) return fail(opened.diagnostics, isJson, environment);
  const question = await questionOf(name, options, opened.value, environment);
  if (!question.ok) return fail(question.diagnostics, isJson, environment);
  const model = await preprocessed(question.value.stage, opened.value, environment, options);
  if (typeof model === 'number') return model;
  return answer(question.value, model, opened.value.plan.target, options, environment);
}

/** The stage and the requested foldings: the current one, and possibly another. */
interface Question {
  readonly stage: PlannedStage;
  readonly present: NamedChoice;
  readonly other: NamedChoice | null;
}

async function questionOf(
  name: string | undefined,
  options: FoldOptions,
  project: Project,
  environment: Environment,
): Promise<Result<Question>> {
  const stage = stageToFold(name, project.plan);
  if (!stage.ok) return stage;
  const overwritten = overwrites(options, environment);
  if (overwritten !== null) return failure(overwritten);
  const present = await presentChoice(stage.value, project, environment.now);
  const other = otherChoice(stage.value, options, project, environment);
  if (present.ok && other.ok)
    return success({ stage: stage.value, present: present.value, other: other.value });
  return failure(...[present, other].flatMap((each) => (each.ok ? [] : each.diagnostics)));
}

function otherChoice(
  stage: PlannedStage,
  { targetFps, folding }: FoldOptions,
  project: Project,
  { now }: Environment,
): Result<NamedChoice | null> {
  if (folding !== undefined) return fileChoice(stage, folding, project, now);
  return success(targetFps === undefined ? null : rateChoice(targetFps));
}

/** Tries the foldings, shows them side by side, and writes the last one if requested. */
async function answer(
  { stage, present, other }: Question,
  model: Buffer,
  target: Target,
  options: FoldOptions,
  environment: Environment,
): Promise<ExitCode> {
  const isJson = options.json === true;
  const chosen = other === null ? [present] : [present, other];
  const { networks, problems } = await tried(chosen, model, target, stage);
  // If the current folding is refused, that is reported, but the other one is still shown.
  const code = problems.length > 0 ? fail(problems, isJson, environment) : 0;
  const last = networks.at(-1) ?? null;
  if (last === null) return code;
  const before = other === null ? null : (networks[0] ?? null);
  const { out } = environment;
  if (isJson) {
    out.write(jsonLine(asJson(stage, target, last, before, other !== null)));
  } else {
    const title = `${stage.name}: ${chosen.map(({ name }) => name).join(' → ')}, for ${target.board} at ${target.clockMHz} MHz`;
    out.write(`${foldingLines(title, last, before, out).join('\n')}\n`);
    out.write(`${paceLines(last, before, target.clockMHz).join('\n')}\n`);
  }
  if (last.warnings.length > 0) fail(last.warnings, isJson, environment);
  return options.write === undefined ? 0 : writeFolding(last, options.write, options, environment);
}

/** The network under each choice, null if that is refused, and the diagnostics of all refusals. */
async function tried(
  chosen: readonly NamedChoice[],
  model: Buffer,
  target: Target,
  { toolchain }: PlannedStage,
) {
  const { tryFoldings } = await import('../stages/finn/estimate/try-foldings.ts');
  const results = tryFoldings(
    model,
    chosen.map(({ choice }) => choice),
    target,
    toolchain as Toolchain,
  );
  const problems = chosen.map(async ({ locate }, index): Promise<readonly Diagnostic[]> => {
    const result = results[index];
    return result === undefined || result.ok ? [] : Promise.all(result.diagnostics.map(locate));
  });
  return {
    networks: results.map((result) => (result.ok ? result.value : null)),
    problems: (await Promise.all(problems)).flat(),
  };
}

/** The graph that the stage folds; the exit code if the stage that makes it failed. */
async function preprocessed(
  stage: PlannedStage,
  project: Project,
  environment: Environment,
  options: FoldOptions,
): Promise<Buffer | ExitCode> {
  const from = defined(stage.needs['model'], 'an estimate has the input "model"');
  const results = await upToDate([from.stage], project, environment, options);
  if (typeof results === 'number') return results;
  return defined(await results.read(from.stage, from.port, 'dataflow.onnx'), `${from.stage} makes a graph`);
}

function overwrites({ write, force }: FoldOptions, { project }: Environment): Diagnostic | null {
  if (write === undefined || force === true || !existsSync(resolve(project, write))) return null;
  return problem('usage/file-exists', `${write} already exists`, {
    hint: 'use --force to overwrite it, or name another file',
  });
}

function writeFolding(
  { file }: FoldedNetwork,
  name: string,
  { force, json }: FoldOptions,
  environment: Environment,
): ExitCode {
  try {
    const flag = force === true ? 'w' : 'wx';
    writeFileSync(resolve(environment.project, name), `${JSON.stringify(file, null, 2)}\n`, { flag });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    const unwritten = problem('file/not-written', `${name} cannot be written: ${message}`);
    return fail([unwritten], json === true, environment);
  }
  if (json !== true) environment.error.write(`wrote ${name}\n`);
  return 0;
}

function asJson(
  { name }: PlannedStage,
  target: Target,
  last: FoldedNetwork,
  before: FoldedNetwork | null,
  isCompared: boolean,
): object {
  const figures = ({
    warnings: _warnings,
    isShortOfFlipFlops: _short,
    timed,
    file,
    ...network
  }: FoldedNetwork) => ({
    ...network,
    timing: timed(),
    folding: file,
  });
  const first = before === null ? null : figures(before);
  const networks = isCompared ? { present: first, tried: figures(last) } : { present: figures(last) };
  return { type: 'folding', stage: name, target, ...networks };
}
