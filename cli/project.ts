import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Plan, PlannedStage } from '../core/contracts/plan.ts';
import { sha256 } from '../base/digest.ts';
import { bestEffort, readJson, writeFileAtomically } from '../base/json-file.ts';
import { readInputFile } from '../base/input-file.ts';
import type { Layout } from '../core/state/layout.ts';
import { layoutOf } from '../core/state/layout.ts';
import type { Diagnostic } from '../base/diagnostic.ts';
import { problem } from '../base/diagnostic.ts';
import type { Result } from '../base/result.ts';
import { failure, success } from '../base/result.ts';
import { registry } from './registry.ts';

const pipelineFile = 'pipeline.yaml';

/** A project whose pipeline.yaml is valid. */
export interface Project {
  readonly layout: Layout;
  readonly plan: Plan;
  readonly profile: string | null;
}

/** The diagnostic for a missing pipeline.yaml; null if it exists. */
export function missingProject(directory: string): Diagnostic | null {
  if (existsSync(join(directory, pipelineFile))) return null;
  return problem('config/no-file', `there is no ${pipelineFile} in ${directory}`, {
    hint: 'change into the folder that holds it, or name that folder with -C DIR',
  });
}

const keptPlans = 8;

/**
 * Reads and validates pipeline.yaml. The plan is kept under the digest of the file, so that an unchanged file is not parsed
 * or checked again.
 */
export async function openProject(directory: string, profile: string | null): Promise<Result<Project>> {
  const layout = layoutOf(directory);
  const missing = missingProject(directory);
  if (missing !== null) return failure(missing);
  const text = readInputFile(join(directory, pipelineFile));
  if (text === null)
    return failure(
      problem('config/not-a-file', `${pipelineFile} in ${directory} is not a regular file`, {
        hint: 'it may be a link to one, but not a folder, a pipe or a device',
      }),
    );
  const key = sha256(JSON.stringify([registry.build, profile, text]));
  const kept = join(layout.plans, key);
  const known = readJson(kept) as { readonly key?: string; readonly plan?: Plan } | null;
  if (known?.key === key && known.plan !== undefined) return success({ layout, plan: known.plan, profile });
  const { loadPlan } = await import('../core/config/load.ts');
  const loaded = await loadPlan(pipelineFile, text, profile, registry);
  if (!loaded.ok) return loaded;
  bestEffort(() => {
    writeFileAtomically(kept, JSON.stringify({ key, plan: loaded.value }));
    forgetOldPlans(layout);
  });
  return success({ layout, plan: loaded.value, profile });
}

/**
 * Replaces a diagnostic's path into a stage's parameters, if any, by a place: in the JSON file that a parameter names, or in
 * pipeline.yaml. Parses the file again, since this is rarely needed.
 */
export async function placeDiagnostic(
  directory: string,
  profile: string | null,
  stage: PlannedStage,
  { at, ...diagnostic }: Diagnostic,
): Promise<Diagnostic> {
  if (at === undefined) return diagnostic;
  // A problem with the file itself is one of its name, unless the text in it is wrong.
  const isOfName = diagnostic.code.startsWith('file/') && diagnostic.code !== 'file/bad-json';
  const [parameter = '', ...below] = at;
  const file =
    registry.kinds.get(stage.kind)?.files[parameter]?.as === 'json' ? stage.params[parameter] : undefined;
  const isInFile =
    !isOfName &&
    typeof file === 'string' &&
    statSync(join(directory, file), { throwIfNoEntry: false })?.isFile() === true;
  const path = isInFile ? below : ['stages', stage.written, 'with', ...at];
  const name = isInFile ? file : pipelineFile;
  const { readDocument } = await import('../core/config/document.ts');
  const text = readInputFile(join(directory, name)) ?? '';
  const document = readDocument(name, text, isInFile ? null : profile);
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
