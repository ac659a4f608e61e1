import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BoardType } from '../boards/data.ts';
import { boardTypes } from '../boards/data.ts';
import { problem } from '../base/diagnostic.ts';
import type { JsonObject } from '../base/json.ts';
import { removeTree } from '../base/remove-tree.ts';
import type { Result } from '../base/result.ts';
import { failure, success } from '../base/result.ts';
import type { Plan } from '../core/contracts/plan.ts';
import { prepareHome } from '../runners/home.ts';
import { surroundingsOn } from '../toolchain/surroundings.ts';
import type { WrittenTools } from '../toolchain/tools.ts';
import type { BoardSupport, VendorTool } from '../toolchain/vivado.ts';
import { boardSupport } from '../toolchain/vivado.ts';
import type { Environment } from './environment.ts';
import { machineOf } from './machine.ts';
import { ownFile } from './own-file.ts';

/** The variables with which the vendor's programs are found: the folders that the project names come first. */
export function vendorVariables({ vivado = {} }: WrittenTools, { project, path, variables }: Environment) {
  const folders = (vivado.path ?? []).map((folder) => resolve(project, folder));
  return { ...variables, PATH: [...folders, path].join(':') };
}

export const noAnswer = problem('vivado/no-answer', 'Vivado did not report what it can build for');

/**
 * What Vivado says of the boards of the project, or of all types, or why it cannot be asked; it finds what it would find in a
 * build. `signal` ends it.
 */
export async function askVivado(
  { path: program, version }: VendorTool & { readonly version: string },
  plan: Pick<Plan, 'tools' | 'target' | 'boardPart' | 'cluster'> | null,
  environment: Environment,
  signal: AbortSignal,
): Promise<Result<readonly BoardSupport[]>> {
  const tools: JsonObject = plan?.tools ?? {};
  const surroundings = await surroundingsOn(machineOf(environment))({ vivado: version }, tools);
  if (!surroundings.ok) return surroundings;
  const directory = mkdtempSync(join(tmpdir(), 'pipeline-probe-'));
  try {
    prepareHome({ directory, surroundings: surroundings.value });
    const variables = {
      ...surroundings.value.env,
      PATH: vendorVariables(tools, environment).PATH,
      HOME: directory,
      TMPDIR: directory,
    };
    const script = fileURLToPath(ownFile('templates/vivado/probe.tcl'));
    const support = await boardSupport({ program, script, directory, variables, signal }, boardsOf(plan));
    return support === null ? failure(noAnswer) : success(support);
  } finally {
    removeTree(directory);
  }
}

/** The board types that builds of a project are for, as `build.probe` asks for them; without a project all. */
export function boardsOf(plan: Parameters<typeof askVivado>[1]) {
  const wanted = ({ name, part, boardParts }: BoardType) => ({ board: name, part, boardParts });
  if (plan === null) return boardTypes.map(wanted);
  const { target, boardPart, cluster } = plan;
  const types = new Set(cluster.length === 0 ? [target.board] : cluster.map(({ type }) => type));
  return boardTypes
    .filter(({ name }) => types.has(name))
    .map((type) =>
      type.name === target.board && boardPart !== null
        ? { ...wanted(type), boardParts: [boardPart] }
        : wanted(type),
    );
}
