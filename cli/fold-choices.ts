import { relative, resolve } from 'node:path';
import type { FoldingChoice } from '../stages/finn/estimate/try-foldings.ts';
import type { Plan, PlannedStage } from '../core/contracts/plan.ts';
import { readSource } from '../core/execution/sources.ts';
import { openFileDigests } from '../core/state/file-digests.ts';
import { nameHint } from '../base/suggest.ts';
import type { Diagnostic } from '../base/diagnostic.ts';
import type { Project } from './project.ts';
import { placeDiagnostic } from './project.ts';

/** A way to fold that somebody asks for. */
export interface NamedChoice {
  /** For people: the file, or the rate. */
  readonly name: string;
  readonly choice: FoldingChoice;
  /** Gives a diagnostic of this folding its place, where it has one. */
  readonly locate: (diagnostic: Diagnostic) => Promise<Diagnostic>;
}

export type Chosen =
  { readonly ok: true; readonly chosen: NamedChoice } | { readonly ok: false; readonly problem: Diagnostic };

/** The stage whose folding is meant: the one named, or the only one there is. */
export function stageToFold(name: string | undefined, { stages }: Plan): PlannedStage | Diagnostic {
  // Not its twin that FINN checks it with.
  const foldable = stages.filter((stage) => stage.kind === 'finn/estimate' && stage.name === stage.written);
  const [first, second] = name === undefined ? foldable : foldable.filter((stage) => stage.name === name);
  if (first !== undefined && second === undefined) return first;
  const names = foldable.map((stage) => stage.name);
  const severity = 'error' as const;
  if (names.length === 0)
    return {
      code: 'usage/nothing-to-fold',
      severity,
      message: 'no stage folds a network',
      hint: 'add a stage of kind finn/estimate',
    };
  const hint = `name one of ${names.join(', ')}`;
  if (name === undefined)
    return { code: 'usage/which-stage', severity, message: 'several stages fold a network', hint };
  if (stages.some((stage) => stage.name === name))
    return { code: 'usage/nothing-to-fold', severity, message: `"${name}" folds no network`, hint };
  const message = `there is no stage "${name}"`;
  return { code: 'usage/unknown-target', severity, message, hint: nameHint(name, names) };
}

/** The folding that the stage says. */
export async function presentChoice(
  stage: PlannedStage,
  project: Project,
  now: () => number,
): Promise<Chosen> {
  const { folding, target_fps: rate } = stage.params;
  const locate = (diagnostic: Diagnostic): Promise<Diagnostic> =>
    placeDiagnostic(project.layout.project, project.profile, stage, diagnostic);
  if (typeof folding === 'string') {
    const read = readFolding(folding, project, now);
    return read.ok
      ? { ok: true, chosen: { name: folding, choice: read.choice, locate } }
      : { ok: false, problem: await locate({ ...read.problem, at: ['folding'] }) };
  }
  return {
    ok: true,
    chosen:
      typeof rate === 'number'
        ? { ...rateChoice(rate), locate }
        : { name: 'not folded', choice: { type: 'none' }, locate },
  };
}

/** A folding for a rate that the command line names. */
export function rateChoice(rate: number): NamedChoice {
  return {
    name: `${rate} img/s`,
    choice: { type: 'rate', rate },
    locate: ({ at: _at, ...diagnostic }) => Promise.resolve(diagnostic),
  };
}

/** A folding file that the command line names, relative to the folder of pipeline.yaml. */
export function fileChoice(stage: PlannedStage, name: string, project: Project, now: () => number): Chosen {
  const { project: folder } = project.layout;
  const path = relative(folder, resolve(folder, name));
  const read = readFolding(path, project, now);
  if (!read.ok) return read;
  const asIfWritten = { ...stage, params: { ...stage.params, folding: path } };
  const locate = (diagnostic: Diagnostic): Promise<Diagnostic> =>
    placeDiagnostic(folder, project.profile, asIfWritten, diagnostic);
  return { ok: true, chosen: { name, choice: read.choice, locate } };
}

function readFolding(
  path: string,
  { layout }: Project,
  now: () => number,
):
  | { readonly ok: true; readonly choice: FoldingChoice }
  | { readonly ok: false; readonly problem: Diagnostic } {
  const source = readSource({ as: 'json' }, path, layout, openFileDigests(layout, now));
  if (source.type === 'problem') return { ok: false, problem: source.diagnostic };
  if (source.type === 'value') return { ok: true, choice: { type: 'file', folding: source.value } };
  throw new Error(`${path} was not read as JSON`);
}
