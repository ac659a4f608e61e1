import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Plan, PlannedStage } from '../core/contracts/plan.ts';
import { sha256 } from '../base/digest.ts';
import { bestEffort, readJson, writeFileAtomically } from '../base/json-file.ts';
import type { Layout } from '../core/state/layout.ts';
import { layoutOf } from '../core/state/layout.ts';
import type { Diagnostic } from '../base/diagnostic.ts';
import { registry } from './registry.ts';

export const pipelineFile = 'pipeline.yaml';

/** A project whose pipeline.yaml is valid. */
export interface Project {
  readonly layout: Layout;
  readonly plan: Plan;
  readonly profile: string | null;
}

export type Opened =
  | { readonly ok: true; readonly project: Project }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/** What to say where there is no pipeline.yaml; null where there is one. */
export function missingProject(directory: string): Diagnostic | null {
  if (existsSync(join(directory, pipelineFile))) return null;
  const hint = 'change into the folder that holds it, or name that with -C DIR';
  return {
    code: 'config/no-file',
    severity: 'error',
    message: `there is no ${pipelineFile} in ${directory}`,
    hint,
  };
}

const keptPlans = 8;

/**
 * Reads and validates pipeline.yaml. The plan is kept under the digest of the file, so that an unchanged file is neither
 * parsed nor checked again.
 */
export async function openProject(directory: string, profile: string | null): Promise<Opened> {
  const layout = layoutOf(directory);
  const missing = missingProject(directory);
  if (missing !== null) return { ok: false, diagnostics: [missing] };
  const text = readFileSync(join(directory, pipelineFile), 'utf8');
  const key = sha256(JSON.stringify([registry.build, profile, text]));
  const kept = join(layout.plans, key);
  const known = readJson(kept) as { readonly key?: string; readonly plan?: Plan } | null;
  if (known?.key === key && known.plan !== undefined)
    return { ok: true, project: { layout, plan: known.plan, profile } };
  const { loadPlan } = await import('../core/config/load.ts');
  const loaded = await loadPlan(pipelineFile, text, profile, registry);
  if (!loaded.ok) return loaded;
  bestEffort(() => {
    writeFileAtomically(kept, JSON.stringify({ key, plan: loaded.plan }));
    forgetOldPlans(layout);
  });
  return { ok: true, project: { layout, plan: loaded.plan, profile } };
}

/**
 * Turns a diagnostic's path into a stage's parameters, if it has one, into a place: in the JSON file that a parameter names, or in pipeline.yaml. Parses
 * the file again, since that is seldom needed.
 */
export async function placeDiagnostic(
  directory: string,
  profile: string | null,
  stage: PlannedStage,
  { at, ...diagnostic }: Diagnostic,
): Promise<Diagnostic> {
  if (at === undefined) return diagnostic;
  const [parameter = '', ...below] = at;
  const file =
    registry.kinds.get(stage.kind)?.files[parameter]?.as === 'json' ? stage.params[parameter] : undefined;
  const isInFile =
    typeof file === 'string' && statSync(join(directory, file), { throwIfNoEntry: false })?.isFile() === true;
  const path = isInFile ? below : ['stages', stage.written, 'with', ...at];
  const name = isInFile ? file : pipelineFile;
  const { readDocument } = await import('../core/config/document.ts');
  const document = readDocument(name, readFileSync(join(directory, name), 'utf8'), isInFile ? null : profile);
  if ('length' in document)
    return { ...diagnostic, ...(document[0]?.place === undefined ? {} : { place: document[0].place }) };
  return { ...diagnostic, place: document.place(path) };
}

function forgetOldPlans({ plans }: Layout): void {
  mkdirSync(plans, { recursive: true });
  const byAge = readdirSync(plans)
    .map((name) => ({ name, at: statSync(join(plans, name), { throwIfNoEntry: false })?.mtimeMs ?? 0 }))
    .sort((a, b) => b.at - a.at);
  for (const { name } of byAge.slice(keptPlans)) rmSync(join(plans, name), { force: true });
}
