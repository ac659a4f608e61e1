import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { ActionSpec, Surroundings } from '../core/contracts/types.ts';
import type { Diagnostic } from '../base/diagnostic.ts';
import type { JsonObject } from '../base/json.ts';

/** What of the machine decides where tools are. */
export interface Machine {
  /** Absolute folder of pipeline.yaml; paths in the file are relative to it. */
  readonly project: string;
  readonly variables: { readonly [name: string]: string | undefined };
  /** Python of the FINN that `pipeline toolchain install finn` made; null where it did not. */
  readonly installedFinn: () => string | null;
  /** What is wrong with an environment that the user names; null where it holds the FINN that is needed. */
  readonly checkFinn: (python: string) => Promise<Diagnostic | null>;
}

/** Says where the tools of a spec are on this machine, by the `tools` of pipeline.yaml, or why they are not there. */
export function surroundingsOn(
  machine: Machine,
): (tools: ActionSpec['tools'], written: JsonObject) => Promise<Surroundings | Diagnostic> {
  const checks = new Map<string, Promise<Diagnostic | null>>();
  const check = (python: string): Promise<Diagnostic | null> => {
    const known = checks.get(python) ?? machine.checkFinn(python);
    checks.set(python, known);
    return known;
  };
  return async (tools, written) => {
    const { finn = {}, vivado = {} } = written as WrittenTools;
    const programs: Record<string, string> = {};
    if (tools['finn'] !== undefined) {
      const named = finn.python === undefined ? null : resolve(machine.project, finn.python);
      const python = named ?? machine.installedFinn();
      if (finn.image === undefined && python === null) return noFinn;
      const problem = named === null || finn.image !== undefined ? null : await check(named);
      if (problem !== null) return problem;
      if (finn.image === undefined && python !== null) programs['python'] = python;
    }
    const deps = dependenciesOf(finn, machine);
    const boards =
      vivado.boards === undefined ? inFolder(deps, 'board_files') : resolve(machine.project, vivado.boards);
    const usesVivado = tools['vivado'] !== undefined;
    const path = usesVivado ? (vivado.path ?? []).map((folder) => resolve(machine.project, folder)) : [];
    const image = tools['finn'] === undefined ? undefined : finn.image;
    return {
      programs,
      path,
      env: {
        ...(tools['finn'] === undefined || deps === null ? {} : { FINN_DEPS: deps }),
        ...(usesVivado ? { ...licences(machine), ...(boards === null ? {} : { BOARD_FILES: boards }) } : {}),
      },
      ...(image === undefined
        ? {}
        : {
            container: {
              engine: finn.engine ?? 'docker',
              image,
              folders: [...path, ...[deps, boards].filter((folder) => folder !== null)],
            },
          }),
    };
  };
}

interface WrittenTools {
  readonly finn?: {
    readonly python?: string;
    readonly image?: string;
    readonly engine?: string;
    readonly deps?: string;
  };
  readonly vivado?: { readonly path?: readonly string[]; readonly boards?: string };
}

const noFinn: Diagnostic = {
  code: 'toolchain/not-installed',
  severity: 'error',
  message: 'FINN+ is not installed',
  hint: 'run pipeline toolchain install finn, or name an environment that has it: tools: {finn: {python: PATH}}',
};

/** FINN's own dependencies, such as finn-hlslib, where `finn deps update` puts them. */
function dependenciesOf(
  { deps }: { readonly deps?: string },
  { project, variables }: Machine,
): string | null {
  return deps === undefined ? (variables['FINN_DEPS'] ?? null) : resolve(project, deps);
}

function inFolder(folder: string | null, name: string): string | null {
  return folder !== null && existsSync(join(folder, name)) ? join(folder, name) : null;
}

function licences({ variables }: Machine): { readonly [name: string]: string } {
  const set = ['XILINXD_LICENSE_FILE', 'LM_LICENSE_FILE'].flatMap((name) => {
    const value = variables[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(set);
}
