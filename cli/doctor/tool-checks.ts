import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { problem } from '../../base/diagnostic.ts';
import type { Result } from '../../base/result.ts';
import { failure, success } from '../../base/result.ts';
import type { Check, ToolChecks } from '../../core/contracts/check.ts';
import type { Plan } from '../../core/contracts/plan.ts';
import { findOnPath } from '../../toolchain/search-path.ts';
import { surroundingsOn } from '../../toolchain/surroundings.ts';
import type { WrittenTools } from '../../toolchain/tools.ts';
import type { BoardSupport, VendorTools } from '../../toolchain/vivado.ts';
import { findVendorTools } from '../../toolchain/vivado.ts';
import type { Environment } from '../environment.ts';
import { machineOf } from '../machine.ts';
import { askVivado, boardsOf, noAnswer, vendorVariables } from '../vivado-support.ts';

/** The checks of the tools that a run of this plan would use on this machine. */
export function toolChecks(plan: Plan, environment: Environment, signal: AbortSignal): ToolChecks {
  // The section matches its schema, which the type is derived from.
  const tools = plan.tools as WrittenTools;
  const variables = vendorVariables(tools, environment);
  const surroundings = surroundingsOn(machineOf(environment));
  const vendor = once(() => findVendorTools(variables, signal));
  return {
    finn: () => [
      {
        what: 'FINN+ 1.6.1',
        look: async () => {
          const found = await surroundings({ finn: 'finn-plus' }, plan.tools);
          if (!found.ok) return found;
          const { container, programs } = found.value;
          return success(container === undefined ? (programs['python'] ?? '') : container.image);
        },
      },
    ],
    synthesis: (version) => [
      {
        what: `high-level synthesis ${version}`,
        look: () => Promise.resolve(hlsIn(variables.PATH, version)),
      },
      {
        what: 'finn-hlslib',
        look: async () => {
          const found = await surroundings({ finn: 'finn-plus', vivado: version }, plan.tools);
          return found.ok ? hlslibIn(found.value.env['FINN_DEPS']) : null;
        },
      },
    ],
    rtl: () => [
      {
        what: 'Verilator',
        look: async () => {
          const found = await surroundings({ verilator: '' }, plan.tools);
          return found.ok ? success(found.value.path[0] ?? '') : found;
        },
      },
      ...['g++', 'make'].map((program) => ({
        what: program,
        look: () => Promise.resolve(compilerIn(environment.path, program)),
      })),
    ],
    vivado: (version) => {
      const support = once(async () => {
        const { vivado } = await vendor();
        return vivado?.version === version
          ? askVivado({ ...vivado, version }, plan, environment, signal)
          : 'other';
      });
      return [
        { what: `Vivado ${version}`, look: async () => vivadoIn(await vendor(), version) },
        ...boardsOf(plan).map(({ board }) => boardCheck(board, support)),
        { what: "Vivado's licence", look: () => Promise.resolve(licenceOn(environment)) },
      ];
    },
  };
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

function vivadoIn({ vivado }: VendorTools, version: string): Result<string> {
  if (vivado === null)
    return failure(
      problem('vivado/not-found', `there is no vivado ${version} on PATH`, {
        hint: 'put its bin folder on PATH, as its settings64.sh does, or name it in tools: {vivado: {path: [DIR]}}',
      }),
    );
  if (vivado.version === version) return success(vivado.path);
  const what = vivado.version ?? 'one that does not report its version';
  return failure(
    problem('vivado/wrong-version', `Vivado ${version} is required, but ${vivado.path} is ${what}`, {
      hint: 'put the right one on PATH, or correct vivado in toolchain',
    }),
  );
}

/** FINN calls one program up to 2024.2, and another after. */
function hlsIn(folders: string, version: string): Result<string> {
  const [year = 0, release = 0] = version.split('.').map(Number);
  const name = year > 2024 || (year === 2024 && release > 2) ? 'vitis-run' : 'vitis_hls';
  const path = findOnPath(name, folders);
  if (path !== null) return success(path);
  return failure(
    problem('vivado/not-found', `there is no ${name} of ${version} on PATH`, {
      hint: 'it comes with Vivado or Vitis: install it there, and put its bin folder on PATH too',
    }),
  );
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
    return failure(
      problem('toolchain/no-licence-file', `${missing.name} names ${missing.entry}, which does not exist`, {
        hint: 'correct the variable, or unset it',
      }),
    );
  const folder = join(home, '.Xilinx');
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.lic')) : [];
  const found = [...named.flatMap(({ entry }) => (entry === '' ? [] : [entry])), ...files];
  return success(found.length === 0 ? 'none named; a Zynq 7020 should need none' : found.join(', '));
}

/** Work that is done when it is first asked for, and then no more. */
function once<T>(work: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | null = null;
  return () => (made ??= work());
}
