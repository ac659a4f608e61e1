import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Diagnostic } from '../base/diagnostic.ts';
import { problem } from '../base/diagnostic.ts';
import type { JsonObject } from '../base/json.ts';
import type { Result } from '../base/result.ts';
import { failure, success } from '../base/result.ts';
import type { Container } from '../core/contracts/container.ts';
import type { ActionSpec, Surroundings } from '../core/contracts/types.ts';
import { findOnPath } from './search-path.ts';
import type { WrittenTools } from './tools.ts';

/** The parts of the machine that decide where tools are. */
export interface Machine {
  /** Absolute folder of pipeline.yaml; paths in the file are relative to it. */
  readonly project: string;
  /** Absolute path of the user's home folder. */
  readonly home: string;
  readonly variables: { readonly [name: string]: string | undefined };
  /** Python of the FINN that `pipeline toolchain install finn` made; null if it was not run. */
  readonly installedFinn: () => string | null;
  /** The folder of the Verilator that `pipeline toolchain install rtl` installed; null if it was not run. */
  readonly installedVerilator: () => string | null;
  /** The folder of FINN's dependencies that it installed; null if there is none. */
  readonly installedDependencies: () => string | null;
  /** The problem with an environment that the user names; null if it holds the required FINN. */
  readonly checkFinn: (python: string) => Promise<Diagnostic | null>;
}

/** Finds the tools of a spec on this machine, using `tools` of pipeline.yaml, or reports why they are missing. */
export function surroundingsOn(
  machine: Machine,
): (tools: ActionSpec['tools'], written: JsonObject) => Promise<Result<Surroundings>> {
  const checks = new Map<string, Promise<Diagnostic | null>>();
  const check = (python: string): Promise<Diagnostic | null> => {
    const known = checks.get(python) ?? machine.checkFinn(python);
    checks.set(python, known);
    return known;
  };
  return async (tools, written) => {
    // The section matches its schema, which the type is derived from.
    const { finn = {}, vivado = {} } = written as WrittenTools;
    const usesFinn = tools['finn'] !== undefined;
    const version = tools['vivado'] ?? null;
    const usesVivado = version !== null;
    const python =
      usesFinn && finn.image === undefined ? await pythonOf(finn, machine, check) : success(null);
    if (!python.ok) return python;
    const missing = usesVivado ? missingBoards(vivado, machine) : null;
    if (missing !== null) return failure(missing);
    const deps = dependenciesOf(finn, machine);
    const usesVerilator = tools['verilator'] !== undefined;
    const verilator = usesVerilator ? verilatorOf(machine) : success(null);
    if (!verilator.ok) return verilator;
    const path = [
      ...(verilator.value === null ? [] : [verilator.value]),
      ...(usesVivado ? (vivado.path ?? []).map((folder) => resolve(machine.project, folder)) : []),
    ];
    const boards = usesVivado ? boardFolders({ finn, vivado }, version, machine) : [];
    const home = usesVivado ? vivadoHome(version, machine) : {};
    const container = usesFinn
      ? containerOf(finn, [...path, deps, ...new Set([...boards, ...Object.values(home)])])
      : null;
    return success({
      programs: python.value === null ? {} : { python: python.value },
      path,
      env: {
        ...(usesFinn && deps !== null ? { FINN_DEPS: deps } : {}),
        ...(usesVivado ? licences(machine) : {}),
        ...(boards.length === 0 ? {} : { BOARD_FILES: boards.join(':') }),
      },
      ...(Object.keys(home).length === 0 ? {} : { home }),
      ...(container === null ? {} : { container }),
    });
  };
}

type WrittenFinn = NonNullable<WrittenTools['finn']>;

/** The Python that holds FINN: the one named in the file, which is checked, or the installed one. */
async function pythonOf(
  { python }: WrittenFinn,
  machine: Machine,
  check: Machine['checkFinn'],
): Promise<Result<string>> {
  if (python === undefined) {
    const installed = machine.installedFinn();
    return installed === null ? failure(noFinn) : success(installed);
  }
  const named = resolve(machine.project, python);
  const wrong = await check(named);
  return wrong === null ? success(named) : failure(wrong);
}

/** The folder of the installed Verilator, or of one on PATH. */
function verilatorOf({ installedVerilator, variables }: Machine): Result<string> {
  const found = installedVerilator();
  if (found !== null) return success(found);
  const other = findOnPath('verilator_bin', variables['PATH'] ?? '');
  return other === null ? failure(noVerilator) : success(dirname(other));
}

const noVerilator = problem('toolchain/no-verilator', 'Verilator is not installed', {
  hint: 'run pipeline toolchain install rtl',
});

const noFinn = problem('toolchain/not-installed', 'FINN+ is not installed', {
  hint: 'run pipeline toolchain install finn, or name an environment that has it: tools: {finn: {python: PATH}}',
});

function containerOf(
  { image, engine = 'docker' }: WrittenFinn,
  folders: readonly (string | null)[],
): Container | null {
  if (image === undefined) return null;
  return { engine, image, folders: folders.filter((folder) => folder !== null) };
}

/** FINN's own dependencies, such as finn-hlslib: those that the file names, the user's, or the installed ones. */
function dependenciesOf(
  { deps }: WrittenFinn,
  { project, variables, installedDependencies }: Machine,
): string | null {
  if (deps !== undefined) return resolve(project, deps);
  return variables['FINN_DEPS'] ?? installedDependencies();
}

/** The problem with a folder of board files that is named and does not exist: Vivado would ignore it. */
function missingBoards(
  { boards }: NonNullable<WrittenTools['vivado']>,
  { project }: Machine,
): Diagnostic | null {
  if (boards === undefined) return null;
  const folder = resolve(project, boards);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) return null;
  return problem('file/missing', `there is no folder ${folder}`, {
    hint: 'tools: {vivado: {boards: DIR}} names it for board files; paths are relative to the folder of pipeline.yaml',
  });
}

/**
 * The folders of board files, the user's Board Store first: in batch mode Vivado looks for the boards in it only if a
 * parameter names the folder.
 */
function boardFolders(
  { finn = {}, vivado = {} }: WrittenTools,
  version: string,
  machine: Machine,
): readonly string[] {
  const named =
    vivado.boards === undefined
      ? existing(dependenciesOf(finn, machine), 'board_files')
      : resolve(machine.project, vivado.boards);
  return [existing(machine.home, boardStoreOf(version)), named].filter((folder) => folder !== null);
}

/**
 * What Vivado keeps in the user's home and a job needs: the Board Store and licence files, by their paths there. Not its
 * initialisation scripts, which change results and so are inputs.
 */
function vivadoHome(version: string, { home }: Machine): { readonly [path: string]: string } {
  const names = namesIn(join(home, '.Xilinx')).filter((name) => name.endsWith('.lic'));
  const paths = [...names.map((name) => join('.Xilinx', name)), boardStoreOf(version)];
  return Object.fromEntries(
    paths.map((path) => [path, join(home, path)] as const).filter(([, file]) => existsSync(file)),
  );
}

/** What is in a folder; nothing if it is missing or may not be read: a build does without it. */
function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    return [];
  }
}

/** Where a version of Vivado keeps the boards of the Board Store, below the home folder. */
function boardStoreOf(version: string): string {
  return join('.Xilinx', 'Vivado', version, 'xhub', 'board_store');
}

function existing(folder: string | null, name: string): string | null {
  return folder !== null && existsSync(join(folder, name)) ? join(folder, name) : null;
}

function licences({ variables }: Machine): { readonly [name: string]: string } {
  const set = ['XILINXD_LICENSE_FILE', 'LM_LICENSE_FILE'].flatMap((name) => {
    const value = variables[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(set);
}
