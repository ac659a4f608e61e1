import { fileURLToPath } from 'node:url';
import type { Source } from '../../core/execution/sources.ts';
import { byteSize } from '../../base/units.ts';
import { readSource } from '../../core/execution/sources.ts';
import { openFileDigests } from '../../core/state/file-digests.ts';
import { success } from '../../base/result.ts';
import type { Json } from '../../base/json.ts';
import type { Check } from '../../core/contracts/check.ts';
import type { PlannedStage } from '../../core/contracts/plan.ts';
import { readListed } from '../../core/contracts/listed.ts';
import { kindOf } from '../../core/contracts/registry.ts';
import type { FileParameter } from '../../core/contracts/stage.ts';
import type { World } from '../../core/contracts/world.ts';
import type { Environment } from '../environment.ts';
import { ownFile } from '../own-file.ts';
import type { Project } from '../project.ts';
import { registry } from '../registry.ts';
import { toolChecks } from './tool-checks.ts';

/** A check, and the stages that it is for. */
export interface NamedCheck extends Check {
  readonly stages: readonly string[];
}

/** What the stages of a project need, each thing once, in the order of the stages. */
export function checksOf(
  project: Project,
  environment: Environment,
  signal: AbortSignal,
): readonly NamedCheck[] {
  const { plan, layout } = project;
  const tools = toolChecks(plan, environment, signal);
  const world: World = {
    project: layout.project,
    boardsDir: layout.boards,
    emulatedBoard: fileURLToPath(ownFile('emulated-board.js')),
    tools: plan.tools,
    board: null,
    boards: plan.cluster,
  };
  const found = new Map<string, NamedCheck>();
  for (const stage of plan.stages) {
    const own = kindOf(stage, registry).checks?.({ stage, world, tools }) ?? [];
    for (const check of [...fileChecks(stage, project, environment), ...own]) {
      const stages = found.get(check.what)?.stages ?? [];
      found.set(check.what, {
        ...(found.get(check.what) ?? check),
        stages: stages.includes(stage.written) ? stages : [...stages, stage.written],
      });
    }
  }
  return [...found.values()];
}

/** The files that parameters of a stage name. */
function fileChecks(stage: PlannedStage, { plan, layout }: Project, { now }: Environment): readonly Check[] {
  const { files } = kindOf(stage, registry);
  const { secrets, patterns } = plan;
  return Object.entries(stage.params).flatMap(([name, value]) => {
    const parameter = Object.hasOwn(files, name) ? files[name] : undefined;
    if (parameter === undefined) return [];
    return entriesIn(parameter, value).map(({ name, written }) => ({
      what: `file ${name}`,
      look: () => {
        // Nothing that it learns is saved: the command changes nothing.
        const digests = openFileDigests(layout, now);
        const source = readSource(parameter, written, { layout, digests, secrets, patterns });
        return Promise.resolve(source.ok ? success(sizeOf(source.value)) : source);
      },
    }));
  });
}

function sizeOf(source: Source): string {
  if (source.type === 'value') return 'JSON';
  const { files } = source.input.artifact;
  return byteSize(files.reduce((sum, { size }) => sum + size, 0));
}

/**
 * What a parameter names, each with the value that names it alone: what a list removes behind it belongs to it. The schema of
 * the stage guarantees that a single file is a string, and paths are a list of strings.
 */
function entriesIn(
  { as }: FileParameter,
  value: Json,
): readonly { readonly name: string; readonly written: Json }[] {
  if (as !== 'paths') return [{ name: value as string, written: value }];
  const entries = value as readonly string[];
  const isExclusion = (entry: string): boolean => readListed(entry).isExclusion;
  return entries.flatMap((name, index) =>
    isExclusion(name) ? [] : [{ name, written: [name, ...entries.slice(index + 1).filter(isExclusion)] }],
  );
}
