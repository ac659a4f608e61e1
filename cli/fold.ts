import { existsSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { FoldedNetwork } from '../stages/finn/estimate/try-foldings.ts';
import type { PlannedStage } from '../core/contracts/plan.ts';
import { select } from '../core/execution/select.ts';
import type { Diagnostic } from '../base/diagnostic.ts';
import type { Target } from '../core/contracts/types.ts';
import { dryRun } from './dry-run.ts';
import type { Environment } from './environment.ts';
import { readEnvironment } from './environment.ts';
import type { Chosen } from './fold-choices.ts';
import { fileChoice, presentChoice, rateChoice, stageToFold } from './fold-choices.ts';
import { foldingLines } from './fold-table.ts';
import type { ExitCode, PlanOptions } from './options.ts';
import { refuse } from './options.ts';
import type { Project } from './project.ts';
import { openProject } from './project.ts';
import { run } from './run.ts';

export interface FoldOptions extends PlanOptions {
  /** Images per second. */
  readonly targetFps?: number;
  /** Like `write` relative to the folder of pipeline.yaml. */
  readonly folding?: string;
  readonly write?: string;
  readonly force?: boolean;
}

/**
 * `pipeline fold [STAGE]`: the folding of an estimate stage layer by layer, or what another file or a rate would make of it
 * beside that. Where preprocess is not up to date it runs first; nothing else runs, and only the file to write is changed.
 */
export async function fold(name: string | undefined, options: FoldOptions): Promise<ExitCode> {
  const environment = readEnvironment(options.directory);
  const { out, error } = environment;
  const isJson = options.json === true;
  const tell = (diagnostics: readonly Diagnostic[]): ExitCode => {
    refuse(diagnostics, isJson, environment);
    return diagnostics.every(({ code }) => /^(usage|config)\//.test(code)) ? 2 : 1;
  };
  const opened = await openProject(environment.project, options.profile ?? null);
  if (!opened.ok) return tell(opened.diagnostics);
  const { project } = opened;
  const { target } = project.plan;
  const stage = stageToFold(name, project.plan);
  if ('code' in stage) return tell([stage]);
  const overwritten = overwrites(options, environment);
  if (overwritten !== null) return tell([overwritten]);
  const present = await presentChoice(stage, project, environment.now);
  const other = otherChoice(stage, options, project, environment);
  const asked = [present, ...(other === null ? [] : [other])];
  const unread = asked.flatMap((each) => (each.ok ? [] : [each.problem]));
  const chosen = asked.flatMap((each) => (each.ok ? [each.chosen] : []));
  if (unread.length > 0) return tell(unread);
  const model = await preprocessed(stage, project, environment, options);
  if (typeof model === 'number') return model;

  const { tryFoldings } = await import('../stages/finn/estimate/try-foldings.ts');
  const choices = chosen.map(({ choice }) => choice);
  const networks: (FoldedNetwork | null)[] = [];
  const problems: Diagnostic[] = [];
  for (const [index, tried] of tryFoldings(model, choices, target).entries()) {
    networks.push(tried.ok ? tried.network : null);
    if (!tried.ok) problems.push(...(await Promise.all(tried.diagnostics.map(chosen[index]!.locate))));
  }
  const last = networks.at(-1) ?? null;
  // A present folding that cannot be is told, but keeps nobody from seeing another.
  const code = problems.length > 0 ? tell(problems) : 0;
  if (last === null) return code;
  const before = other === null ? null : (networks[0] ?? null);
  if (isJson) {
    out.write(`${JSON.stringify(asJson(stage, target, last, before, other !== null))}\n`);
  } else {
    const title = `${stage.name}: ${chosen.map(({ name }) => name).join(' → ')}, for ${target.board} at ${target.clockMHz} MHz`;
    out.write(`${foldingLines(title, last, before, out).join('\n')}\n`);
  }
  if (last.warnings.length > 0) tell(last.warnings);
  if (options.write === undefined) return 0;
  const unwritten = written(last, options.write, options, environment);
  if (unwritten !== null) return tell([unwritten]);
  if (!isJson) error.write(`wrote ${options.write}\n`);
  return 0;
}

function otherChoice(
  stage: PlannedStage,
  { targetFps, folding }: FoldOptions,
  project: Project,
  { now }: Environment,
): Chosen | null {
  if (folding !== undefined) return fileChoice(stage, folding, project, now);
  return targetFps === undefined ? null : { ok: true, chosen: rateChoice(targetFps) };
}

/** The graph that the stage folds, from the store; where it is not there, what makes it runs, and the exit code is returned if that fails. */
async function preprocessed(
  stage: PlannedStage,
  project: Project,
  environment: Environment,
  options: FoldOptions,
): Promise<Buffer | ExitCode> {
  const from = stage.needs['model']!;
  const known = await kept(from, project, environment);
  if (known !== null) return known;
  if (options.json !== true) environment.error.write(`${from.stage} is not up to date and runs first\n`);
  const { directory, profile, json } = options;
  const code = await run([from.stage], {
    directory,
    keepGoing: true,
    ...(profile === undefined ? {} : { profile }),
    ...(json === undefined ? {} : { json }),
  });
  if (code !== 0) return code;
  const made = await kept(from, project, environment);
  if (made === null) throw new Error(`what ${from.stage} made is not in the store`);
  return made;
}

async function kept(
  { stage, port }: { readonly stage: string; readonly port: string },
  project: Project,
  environment: Environment,
): Promise<Buffer | null> {
  const selection = select([stage], project.plan);
  if ('length' in selection) return null;
  const listeners = { emit: () => undefined, onStale: () => undefined };
  const { states, store } = await dryRun(project, selection, environment, listeners);
  const state = states.get(stage);
  const files = state?.type === 'done' ? (state.record.outputs[port]?.files ?? []) : [];
  const entry = files.find(({ path }) => path === 'dataflow.onnx');
  return entry === undefined ? null : await store.read(entry);
}

function overwrites({ write, force }: FoldOptions, { project }: Environment): Diagnostic | null {
  if (write === undefined || force === true || !existsSync(resolve(project, write))) return null;
  const message = `${write} is there already`;
  const hint = '--force overwrites it; or name another file';
  return { code: 'usage/file-exists', severity: 'error', message, hint };
}

function written(
  { file }: FoldedNetwork,
  name: string,
  { force }: FoldOptions,
  { project }: Environment,
): Diagnostic | null {
  try {
    const flag = force === true ? 'w' : 'wx';
    writeFileSync(resolve(project, name), `${JSON.stringify(file, null, 2)}\n`, { flag });
    return null;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    return { code: 'file/not-written', severity: 'error', message: `${name} cannot be written: ${message}` };
  }
}

function asJson(
  { name }: PlannedStage,
  target: Target,
  last: FoldedNetwork,
  before: FoldedNetwork | null,
  isCompared: boolean,
): object {
  const figures = ({ warnings: _warnings, file, ...network }: FoldedNetwork) => ({
    ...network,
    folding: file,
  });
  const first = before === null ? null : figures(before);
  const networks = isCompared ? { present: first, tried: figures(last) } : { present: figures(last) };
  return { type: 'folding', stage: name, target, ...networks };
}
