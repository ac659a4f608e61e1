import { existsSync, readdirSync, statfsSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { problem, warning } from '../../base/diagnostic.ts';
import type { Failure, Result } from '../../base/result.ts';
import { failure, success } from '../../base/result.ts';
import { counted } from '../../base/text.ts';
import { byteSize } from '../../base/units.ts';
import type { Check, ToolChecks } from '../../core/contracts/check.ts';
import type { MaybePromise } from '../../core/contracts/store.ts';
import { noProgram } from '../../toolchain/finn/check.ts';
import { findOnPath } from '../../toolchain/search-path.ts';
import type { WrittenTools } from '../../toolchain/tools.ts';
import type { BoardSupport, VendorTools } from '../../toolchain/vivado.ts';
import { findVendorTools } from '../../toolchain/vivado.ts';
import type { Environment } from '../environment.ts';
import { askVivado, boardsOf, noAnswer, vendorVariables } from '../vivado-support.ts';
import type { Subject } from './subject.ts';

/** The checks of the tools that a run of a plan would use on this machine. */
export function toolChecks(subject: Subject): ToolChecks {
  const { project, environment, signal } = subject;
  const { plan, layout } = project;
  // The section matches its schema, which the type is derived from.
  const tools = plan.tools as WrittenTools;
  const { surroundings } = subject.context;
  const variables = vendorVariables(tools, environment);
  const mayAskVivado = subject.startsNamed || tools.vivado?.path === undefined;
  const vendor = once(() => findVendorTools(variables, signal));
  // An image may hold what is missing here.
  const unlessInImage = <T>(finding: Result<T>): Result<T> | null =>
    finding.ok || tools.finn?.image === undefined ? finding : null;
  return {
    finn: () => [machineCheck('FINN+ 1.6.1', () => finnIn(subject, tools))],
    synthesis: (version) => [
      machineCheck(`high-level synthesis ${version}`, () =>
        unlessInImage(hlsIn(tools, environment, version)),
      ),
      machineCheck('finn-hlslib', async () => {
        if (tools.finn?.python !== undefined && !subject.startsNamed) return null;
        const found = await surroundings({ finn: 'finn-plus', vivado: version }, plan.tools);
        return found.ok ? unlessInImage(hlslibIn(found.value.env['FINN_DEPS'])) : null;
      }),
    ],
    rtl: () => [
      machineCheck('Verilator', async () => {
        const found = await surroundings({ verilator: '' }, plan.tools);
        return found.ok ? success(found.value.path[0] ?? '') : found;
      }),
      ...['g++', 'make'].map((program) =>
        machineCheck(program, () => unlessInImage(compilerIn(environment.path, program))),
      ),
    ],
    vivado: (version) => {
      const support = once(async () => {
        const { vivado } = await vendor();
        return vivado?.version === version
          ? askVivado({ ...vivado, version }, plan, environment, signal)
          : 'other';
      });
      return [
        machineCheck(`Vivado ${version}`, async () => {
          const found = await surroundings({ vivado: version }, plan.tools);
          if (!found.ok) return found;
          const program = findOnPath('vivado', variables.PATH);
          if (program === null) return noVivado('vivado', tools, environment, version);
          return mayAskVivado ? vivadoIn(await vendor(), version) : success(program);
        }),
        ...boardsOf(plan).map(({ board }) => boardCheck(board, support)),
        machineCheck("Vivado's licence", () => licenceOn(environment)),
        machineCheck('room for Vivado', () => roomIn(existsSync(layout.root) ? layout.root : layout.project)),
      ];
    },
  };
}

function machineCheck(what: string, look: () => MaybePromise<Result<string> | null>): Check {
  return { what, scope: 'machine', look: async () => look() };
}

/** FINN's Python or image. A Python that the file names is started only if the subject allows it. */
async function finnIn(
  { project: { plan, layout }, context: { surroundings }, environment, startsNamed }: Subject,
  { finn = {} }: WrittenTools,
): Promise<Result<string>> {
  if (finn.python !== undefined && finn.image === undefined && !startsNamed) {
    const python = resolve(layout.project, finn.python);
    return existsSync(python) ? success(python) : failure(noProgram(python));
  }
  const found = await surroundings({ finn: 'finn-plus' }, plan.tools);
  if (!found.ok) return found;
  const { container, programs } = found.value;
  if (container === undefined) return success(programs['python'] ?? '');
  if (findOnPath(container.engine, environment.path) !== null) return success(container.image);
  return failure(
    problem('action/not-started', `there is no program ${container.engine}, which runs FINN's image`, {
      hint: 'programs are looked for on PATH; tools: {finn: {engine: podman}} names another',
    }),
  );
}

function compilerIn(folders: string, program: string): Result<string> {
  const path = findOnPath(program, folders);
  if (path !== null) return success(path);
  return failure(
    problem('rtl/no-compiler', `there is no ${program} on PATH, which compiles what Verilator writes`, {
      hint: 'Debian and Ubuntu: apt install g++ make',
    }),
  );
}

/** A Vivado that is there, of this version. */
function vivadoIn({ vivado }: VendorTools, version: string): Result<string> {
  const { path, version: found } = vivado ?? { path: '', version: null };
  if (found === version) return success(path);
  // One that reports nothing may only have taken longer than it was given.
  const diagnostic = found === null ? warning : problem;
  const what = found ?? 'one that does not report its version';
  return failure(
    diagnostic('vivado/wrong-version', `Vivado ${version} is required, but ${path} is ${what}`, {
      hint: 'put the right one on PATH, or correct vivado in toolchain',
    }),
  );
}

function noVivado(
  program: string,
  { vivado: { path = [] } = {} }: WrittenTools,
  environment: Environment,
  version: string,
): Failure {
  const onPath = environment.path.split(delimiter).filter((folder) => folder !== '');
  const named = path.length === 0 ? '' : `in ${path.join(', ')} (tools.vivado.path) or `;
  // A usual PATH is longer than a message should be.
  const searched = onPath.length <= 3 ? onPath.join(', ') : counted(onPath.length, 'folder');
  return failure(
    problem('vivado/not-found', `there is no ${program} ${version} ${named}on PATH (${searched})`, {
      hint: 'put its bin folder on PATH, as its settings64.sh does, or name it in tools: {vivado: {path: [DIR]}}',
    }),
  );
}

/** FINN calls one program up to 2024.2, and another after. */
function hlsIn(tools: WrittenTools, environment: Environment, version: string): Result<string> {
  const [year = 0, release = 0] = version.split('.').map(Number);
  const name = year > 2024 || (year === 2024 && release > 2) ? 'vitis-run' : 'vitis_hls';
  const path = findOnPath(name, vendorVariables(tools, environment).PATH);
  return path === null ? noVivado(name, tools, environment, version) : success(path);
}

function hlslibIn(folder: string | undefined): Result<string> {
  const library = join(folder ?? '', 'finn-hlslib');
  if (folder !== undefined && existsSync(library)) return success(library);
  const where = folder === undefined ? 'no folder of dependencies is known' : `${folder} has none`;
  return failure(
    problem('finn/no-hlslib', `FINN's HLS library finn-hlslib is needed, but ${where}`, {
      hint: 'pipeline toolchain install finn fetches it, or takes it from --deps PATH',
    }),
  );
}

function boardCheck(board: string, support: () => Promise<Result<readonly BoardSupport[]> | 'other'>): Check {
  return {
    what: `${board} in Vivado`,
    scope: 'thorough',
    look: async () => {
      const boards = await support();
      if (boards === 'other') return null;
      if (!boards.ok) return boards;
      const { boardPart = null, problem: why = null } = boards.value.find((one) => one.board === board) ?? {};
      return boardPart === null ? failure(why ?? noAnswer) : success(boardPart);
    },
  };
}

/** Whether the licences that are named exist; only Vivado itself knows what they allow. */
function licenceOn({ variables, home }: Environment): Result<string> {
  const named = ['XILINXD_LICENSE_FILE', 'LM_LICENSE_FILE'].flatMap((name) =>
    (variables[name] ?? '').split(':').map((entry) => ({ name, entry })),
  );
  const missing = named.find(({ entry }) => entry.startsWith('/') && !existsSync(entry));
  if (missing !== undefined)
    // Vivado may find another, or need none.
    return failure(
      warning('toolchain/no-licence-file', `${missing.name} names ${missing.entry}, which does not exist`, {
        hint: 'correct the variable, or unset it',
      }),
    );
  const folder = join(home, '.Xilinx');
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.lic')) : [];
  const found = [...named.flatMap(({ entry }) => (entry === '' ? [] : [entry])), ...files];
  return success(found.length === 0 ? 'none named; a Zynq 7020 should need none' : found.join(', '));
}

/** Whether there is room for what Vivado leaves of one build: row `vivado/build-room` of docs/facts.md, a guess. */
function roomIn(folder: string): Result<string> {
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  if (free >= roomOfBuild) return success(`${byteSize(free)} free`);
  return failure(
    warning(
      'toolchain/little-room',
      `${folder} has ${byteSize(free)} left, and we believe that Vivado takes ${byteSize(roomOfBuild)} for each build at a time`,
      { hint: 'free some space; pipeline gc deletes old results' },
    ),
  );
}

/** Bytes. */
const roomOfBuild = 2e9;

/** Work that is done when it is first asked for, and then no more. */
function once<T>(work: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | null = null;
  return () => (made ??= work());
}
