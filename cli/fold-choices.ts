import { relative, resolve } from 'node:path';
import type { Diagnostic } from '../base/diagnostic.ts';
import { problem } from '../base/diagnostic.ts';
import type { Failure, Result } from '../base/result.ts';
import { failure, success } from '../base/result.ts';
import { nameHint } from '../base/suggest.ts';
import type { Plan, PlannedStage } from '../core/contracts/plan.ts';
import { readSource } from '../core/execution/sources.ts';
import { openFileDigests } from '../core/state/file-digests.ts';
import type { FoldingChoice } from '../stages/finn/estimate/try-foldings.ts';
import type { Project } from './project.ts';
import { placeDiagnostic } from './project.ts';

/** A folding that the user asks for. */
export interface NamedChoice {
  /** For people: the file, or the rate. */
  readonly name: string;
  readonly choice: FoldingChoice;
  /** Adds the place to a diagnostic of this folding, if it has one. */
  readonly locate: (diagnostic: Diagnostic) => Promise<Diagnostic>;
}

/** The stage to fold: the named one, or the only one there is. */
export function stageToFold(name: string | undefined, { stages }: Plan): Result<PlannedStage> {
  // Excludes the twin that FINN uses to check it.
  const foldable = stages.filter((stage) => stage.kind === 'finn/estimate' && stage.name === stage.written);
  const [first, second] = name === undefined ? foldable : foldable.filter((stage) => stage.name === name);
  if (first !== undefined && second === undefined) return success(first);
  const names = foldable.map((stage) => stage.name);
  const wrong = (code: string, message: string, hint: string): Failure =>
    failure(problem(code, message, { hint }));
  if (names.length === 0)
    return wrong('usage/nothing-to-fold', 'no stage folds a network', 'add a stage of kind finn/estimate');
  const hint = `name one of ${names.join(', ')}`;
  if (name === undefined) return wrong('usage/which-stage', 'several stages fold a network', hint);
  if (stages.some((stage) => stage.name === name))
    return wrong('usage/nothing-to-fold', `"${name}" does not fold a network`, hint);
  return wrong('usage/unknown-target', `there is no stage "${name}"`, nameHint(name, names));
}

/** The stage's own folding. */
export async function presentChoice(
  stage: PlannedStage,
  project: Project,
  now: () => number,
): Promise<Result<NamedChoice>> {
  const { folding, target_fps: rate } = stage.params;
  const locate = locatingIn(stage, project);
  if (typeof folding === 'string') {
    const choice = readFolding(folding, project, now);
    if (choice.ok) return success({ name: folding, choice: choice.value, locate });
    const located = choice.diagnostics.map((diagnostic) => locate({ ...diagnostic, at: ['folding'] }));
    return failure(...(await Promise.all(located)));
  }
  if (typeof rate === 'number') return success({ ...rateChoice(rate), locate });
  return success({ name: 'not folded', choice: { type: 'none' }, locate });
}

/** A folding for a rate given on the command line. */
export function rateChoice(rate: number): NamedChoice {
  return {
    name: `${rate} img/s`,
    choice: { type: 'rate', rate },
    locate: ({ at: _at, ...diagnostic }) => Promise.resolve(diagnostic),
  };
}

/** A folding file given on the command line, relative to the folder of pipeline.yaml. */
export function fileChoice(
  stage: PlannedStage,
  name: string,
  project: Project,
  now: () => number,
): Result<NamedChoice> {
  const folder = project.layout.project;
  const path = relative(folder, resolve(folder, name));
  const choice = readFolding(path, project, now);
  if (!choice.ok) return choice;
  const asIfWritten = { ...stage, params: { ...stage.params, folding: path } };
  return success({ name, choice: choice.value, locate: locatingIn(asIfWritten, project) });
}

function locatingIn(stage: PlannedStage, project: Project): NamedChoice['locate'] {
  return (diagnostic) => placeDiagnostic(project, stage, diagnostic);
}

function readFolding(path: string, { layout, plan }: Project, now: () => number): Result<FoldingChoice> {
  const { secrets, patterns } = plan;
  const digests = openFileDigests(layout, now);
  const source = readSource({ as: 'json' }, path, { layout, digests, secrets, patterns });
  if (!source.ok) return source;
  if (source.value.type === 'value') return success({ type: 'file', folding: source.value.value });
  throw new Error(`${path} was not read as JSON`);
}
