import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join, parse } from 'node:path';
import { shownPath } from '../base/shown-path.ts';
import type { Plan, PlannedStage } from '../core/contracts/plan.ts';
import { sha256 } from '../base/digest.ts';
import { bestEffort } from '../base/json-file.ts';
import { macWith, readSealed, writeSealed } from '../base/sealed.ts';
import { notAFolder } from '../core/config/address.ts';
import { occupied, prepareState, strangeness } from '../core/state/home.ts';
import { readInputFile } from '../base/input-file.ts';
import type { Layout } from '../core/state/layout.ts';
import { layoutOf } from '../core/state/layout.ts';
import type { Diagnostic } from '../base/diagnostic.ts';
import { problem } from '../base/diagnostic.ts';
import type { Result } from '../base/result.ts';
import { failure, success } from '../base/result.ts';
import type { Environment } from './environment.ts';
import type { PlanChoice } from './options.ts';
import { registry } from './registry.ts';
import { makeUserKey, userKey } from './user-key.ts';

/** A project whose pipeline.yaml is valid. */
export interface Project {
  readonly layout: Layout;
  readonly plan: Plan;
  readonly profile: string | null;
  /** Values of the command line that are laid over the file, each `PATH=VALUE`. */
  readonly set: readonly string[];
}

/** The diagnostic for a missing pipeline file; null if it exists. */
export function missingProject({ project, file, foreignFile }: Environment): Diagnostic | null {
  if (existsSync(join(project, file))) return null;
  const other = otherSpelling(file);
  return problem('config/no-file', `there is no ${file} in ${project}`, {
    hint: existsSync(join(project, other))
      ? `there is a ${other}: rename it, or name it with -f ${other}`
      : foreignFile !== null
        ? `${shownPath(foreignFile)} belongs to another user: name its folder with -C if it may run programs as you`
        : 'change into the folder that holds it or one below it, or name that folder with -C DIR',
  });
}

function otherSpelling(file: string): string {
  const { name, ext } = parse(file);
  return `${name}${ext === '.yml' ? '.yaml' : '.yml'}`;
}

const keptPlans = 8;

/**
 * Reads and validates pipeline.yaml. The plan is kept under the digest of the file, so that an unchanged file is not parsed
 * or checked again.
 */
export async function openProject(
  environment: Environment,
  { profile: named, set = [] }: PlanChoice,
): Promise<Result<Project>> {
  const profile = named ?? null;
  const { project: directory, file } = environment;
  const layout = layoutOf(directory, file);
  const missing = missingProject(environment);
  if (missing !== null) return failure(missing);
  const occupant = occupied(layout);
  if (occupant !== null) return failure(occupant);
  const address = notAFolder('PIPELINE_CACHE', environment.variables['PIPELINE_CACHE'] ?? '');
  if (address !== null) return failure(address);
  const text = readInputFile(join(directory, file));
  if (text === null)
    return failure(
      problem('config/not-a-file', `${file} in ${directory} is not a regular file`, {
        hint: 'it may be a link to one, but not a folder, a pipe or a device',
      }),
    );
  const key = sha256(JSON.stringify([registry.build, profile, set, file, text]));
  const kept = join(layout.plans, key);
  const known = knownPlan(kept, key, environment);
  if (known !== null) return success({ layout, plan: known, profile, set });
  const { loadPlan } = await import('../core/config/load.ts');
  const loaded = await loadPlan(file, text, profile, registry, set);
  if (!loaded.ok) return loaded;
  bestEffort(() => {
    keepPlan(kept, key, loaded.value, layout, environment);
  });
  return success({ layout, plan: loaded.value, profile, set });
}

/** A kept plan says what is executed. Anybody can compute its name, so that it counts only with this user's seal. */
function knownPlan(path: string, key: string, environment: Environment): Plan | null {
  if (!existsSync(path)) return null;
  const secret = userKey(environment);
  return secret === null ? null : (readSealed(path, whatOf(key), macWith(secret)) as Plan | null);
}

function keepPlan(path: string, key: string, plan: Plan, layout: Layout, environment: Environment): void {
  const secret = strangeness(layout) === null ? makeUserKey(environment) : null;
  if (secret === null) return;
  prepareState(layout);
  writeSealed(path, whatOf(key), plan, macWith(secret));
  forgetOldPlans(layout);
}

function whatOf(key: string): string {
  return `plan ${key}`;
}

/** The project of the environment's folder; null if there is none. Fails as `openProject` does. */
export async function openProjectIfAny(
  environment: Environment,
  choice: PlanChoice,
): Promise<Result<Project | null>> {
  return missingProject(environment) === null ? openProject(environment, choice) : success(null);
}

/**
 * Replaces a diagnostic's path into a stage's parameters, if any, by a place, unless it has one: in the JSON file that a parameter names, or in
 * pipeline.yaml. Parses the file again, since this is rarely needed.
 */
export async function placeDiagnostic(
  project: Placing,
  stage: PlannedStage,
  { at, ...diagnostic }: Diagnostic,
): Promise<Diagnostic> {
  if (at === undefined || diagnostic.place !== undefined) return diagnostic;
  // A problem with the file itself is one of its name, unless the text in it is wrong.
  const isOfName = diagnostic.code.startsWith('file/') && diagnostic.code !== 'file/bad-json';
  const [parameter = '', ...below] = at;
  const about = registry.kinds.get(stage.kind)?.files[parameter];
  const file = about?.as === 'json' ? stage.params[parameter] : undefined;
  const writtenAt = about?.as === 'content' ? about.writtenAt : undefined;
  const { layout } = project;
  const isInFile =
    !isOfName &&
    typeof file === 'string' &&
    statSync(join(layout.project, file), { throwIfNoEntry: false })?.isFile() === true;
  if (!isInFile)
    return placeInFile(project, writtenAt ?? ['stages', stage.written, 'with', ...at], diagnostic);
  return placeIn(await documentOf(layout, file, null, []), below, diagnostic);
}

type Placing = Pick<Project, 'layout' | 'profile' | 'set'>;

/** Gives a diagnostic a place in pipeline.yaml, by the path of the value there or, if it is missing, of what should hold it. */
export async function placeInFile(
  { layout, profile, set }: Placing,
  path: readonly (string | number)[],
  diagnostic: Diagnostic,
): Promise<Diagnostic> {
  return placeIn(await documentOf(layout, layout.file, profile, set), path, diagnostic);
}

async function documentOf({ project }: Layout, file: string, profile: string | null, set: Project['set']) {
  const { readDocument } = await import('../core/config/document.ts');
  return readDocument(file, readInputFile(join(project, file)) ?? '', profile, set);
}

function placeIn(
  document: Awaited<ReturnType<typeof documentOf>>,
  path: readonly (string | number)[],
  diagnostic: Diagnostic,
): Diagnostic {
  const place = document.ok ? document.value.place(path) : document.diagnostics[0]?.place;
  return { ...diagnostic, ...(place === undefined ? {} : { place }) };
}

function forgetOldPlans({ plans }: Layout): void {
  mkdirSync(plans, { recursive: true });
  const byAge = readdirSync(plans)
    .map((name) => ({ name, at: statSync(join(plans, name), { throwIfNoEntry: false })?.mtimeMs ?? 0 }))
    .sort((a, b) => b.at - a.at);
  for (const { name } of byAge.slice(keptPlans)) rmSync(join(plans, name), { force: true });
}
