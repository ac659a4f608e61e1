import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Result } from '../base/result.ts';
import { failure } from '../base/result.ts';
import type { Plan } from '../core/contracts/plan.ts';
import { byteSize } from '../base/units.ts';
import { jsonLine } from '../reporters/json.ts';
import { harmlessLine, styled } from '../reporters/style.ts';
import { namedFinn } from '../toolchain/finn/check.ts';
import { locateFinn, locateTool, requirementsDigest } from '../toolchain/finn/locate.ts';
import { sizes } from '../toolchain/finn/requirements.ts';
import { toolchainHome } from '../toolchain/home.ts';
import { locateVerilator, rtlTool } from '../toolchain/rtl/tool.ts';
import { findOnPath } from '../toolchain/search-path.ts';
import type { WrittenTools } from '../toolchain/tools.ts';
import type { BoardSupport } from '../toolchain/vivado.ts';
import { findVendorTools } from '../toolchain/vivado.ts';
import type { Environment } from './environment.ts';
import { readEnvironment } from './environment.ts';
import { interruptible } from './interrupt.ts';
import type { ExitCode, PlanOptions } from './options.ts';
import { refuse } from './options.ts';
import { ownFile } from './own-file.ts';
import { openProjectIfAny } from './project.ts';
import { versionsLine } from './toolchain-display.ts';
import { askVivado, noAnswer, vendorVariables } from './vivado-support.ts';

/**
 * `pipeline toolchain status`: the tools that builds would use, those that the project in the folder names first, what Vivado
 * can build for, and how to get what is missing.
 */
export async function toolchainStatus(options: PlanOptions): Promise<ExitCode> {
  const environment = readEnvironment(options);
  const isJson = options.json === true;
  const opened = await openProjectIfAny(environment, options);
  if (!opened.ok) return refuse(opened.diagnostics, isJson, environment);
  return interruptible((signal) => report(opened.value?.plan ?? null, isJson, environment, signal));
}

async function report(
  plan: Plan | null,
  isJson: boolean,
  environment: Environment,
  signal: AbortSignal,
): Promise<ExitCode> {
  // The section matches its schema, which the type is derived from.
  const tools = (plan?.tools ?? {}) as WrittenTools;
  const variables = vendorVariables(tools, environment);
  const { out } = environment;

  const finn = await finnOf(tools, environment);
  const vendor = await findVendorTools(variables, signal);
  const verilator = verilatorOf(environment);
  const rows: readonly Row[] = [finn.row, verilator.row, ...vendorRows(vendor)];
  if (!isJson) for (const row of rows) out.write(rowLines(row, environment));
  const { vivado } = vendor;
  const boards =
    vivado === null || vivado.version === null
      ? failure(noAnswer)
      : await askVivado({ ...vivado, version: vivado.version }, plan, environment, signal);
  if (signal.aborted) return 130;
  if (isJson)
    out.write(
      jsonLine({
        type: 'toolchain-status',
        finn: finn.json,
        verilator: verilator.json,
        ...vendor,
        boards: boards.ok ? boards.value : null,
      }),
    );
  else if (vivado !== null) out.write(rowLines(boardsRow(boards), environment));
  return 0;
}

/** FINN as the project names it, or else as this program installed it. */
async function finnOf(
  { finn = {} }: WrittenTools,
  { project, path, home, variables }: Environment,
): Promise<{ readonly json: object | null; readonly row: Row }> {
  const { image, engine = 'docker', python } = finn;
  if (image !== undefined)
    return { json: { image, engine }, row: ['FINN', `in the image ${image}`, [`run by ${engine}`]] };
  const requirements = readFileSync(ownFile('templates/finn/requirements.txt'), 'utf8');
  const found =
    python === undefined
      ? locateFinn(toolchainHome(variables, home), requirementsDigest(requirements))
      : await namedFinn(resolve(project, python), path);
  if (found === null) {
    const remedy = `pipeline toolchain install finn (${byteSize(sizes.download)} to download)`;
    return { json: null, row: ['FINN', null, [remedy]] };
  }
  if ('code' in found) return { json: null, row: ['FINN', null, [found.message]] };
  return { json: found, row: ['FINN', versionsLine(found.versions), [found.python]] };
}

/** Verilator as this program installed it, or else as it is on PATH. */
function verilatorOf({ path, home, variables }: Environment): {
  readonly json: object | null;
  readonly row: Row;
} {
  const tools = toolchainHome(variables, home);
  const digest = requirementsDigest(readFileSync(ownFile('templates/rtl/requirements.txt'), 'utf8'));
  const [environment, folder] = [locateTool(tools, 'rtl', digest), locateVerilator(tools, digest)];
  if (environment !== null && folder !== null)
    return {
      json: { folder, versions: environment.versions },
      row: ['Verilator', versionsLine(environment.versions), [folder]],
    };
  const program = findOnPath('verilator_bin', path);
  if (program !== null) return { json: { folder: dirname(program) }, row: ['Verilator', 'found', [program]] };
  const remedy = `for verify with rtl: true: pipeline toolchain install rtl (${byteSize(rtlTool.sizes.download)} to download)`;
  return { json: null, row: ['Verilator', null, [remedy]] };
}

function vendorRows({ vivado, hls }: Awaited<ReturnType<typeof findVendorTools>>): readonly Row[] {
  return [
    vivado === null
      ? ['Vivado', null, ['to build bitstreams, put its bin folder on PATH (its settings64.sh does)']]
      : ['Vivado', vivado.version ?? 'does not report its version', [vivado.path]],
    hls === null
      ? ['Vitis HLS', null, ['comes with Vivado; put both on PATH']]
      : ['Vitis HLS', 'found', [hls.path]],
  ];
}

function boardsRow(boards: Result<readonly BoardSupport[]>): Row {
  if (!boards.ok)
    return [
      'Boards',
      'unknown',
      boards.diagnostics.flatMap(({ message, hint }) =>
        hint === undefined ? [message] : [message, `  ${hint}`],
      ),
    ];
  const lines = boards.value.flatMap(({ board, boardPart, problem }) =>
    boardPart === null
      ? [`${board}: ${problem?.message ?? ''}`, `  ${problem?.hint ?? ''}`]
      : [`${board}: ${boardPart}`],
  );
  const able = boards.value.filter(({ boardPart }) => boardPart !== null).length;
  return ['Boards', `Vivado can build for ${able} of ${boards.value.length}`, lines];
}

/** The name of the tool; its version, or null if it is missing; and where it is or how to get it. */
type Row = readonly [name: string, version: string | null, where: readonly string[]];

function rowLines([name, version, where]: Row, { out }: Environment): string {
  const state = version ?? styled('yellow', 'not found', out.hasColour);
  const lines = where.map((line) => `${' '.repeat(11)}${harmlessLine(line)}\n`);
  return `${name.padEnd(11)}${state}\n${lines.join('')}`;
}
