import { mkdtempSync, readFileSync } from 'node:fs';
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
import { byteSize } from '../base/units.ts';
import { jsonLine } from '../reporters/json.ts';
import { harmlessLine, styled } from '../reporters/style.ts';
import { prepareHome } from '../runners/home.ts';
import { namedFinn } from '../toolchain/finn/check.ts';
import { locateFinn, requirementsDigest } from '../toolchain/finn/locate.ts';
import { sizes } from '../toolchain/finn/requirements.ts';
import { toolchainHome } from '../toolchain/home.ts';
import { surroundingsOn } from '../toolchain/surroundings.ts';
import type { WrittenTools } from '../toolchain/tools.ts';
import type { BoardSupport, VendorTool } from '../toolchain/vivado.ts';
import { boardSupport, findVendorTools } from '../toolchain/vivado.ts';
import type { Environment } from './environment.ts';
import { readEnvironment } from './environment.ts';
import { onInterrupt } from './interrupt.ts';
import { machineOf } from './machine.ts';
import type { ExitCode, PlanOptions } from './options.ts';
import { refuse } from './options.ts';
import { ownFile } from './own-file.ts';
import { missingProject, openProject } from './project.ts';
import { versionsLine } from './toolchain-display.ts';

/**
 * `pipeline toolchain status`: the tools that builds would use, those that the project in the folder names first, what Vivado
 * can build for, and how to get what is missing.
 */
export async function toolchainStatus(options: PlanOptions): Promise<ExitCode> {
  const environment = readEnvironment(options.directory);
  const isJson = options.json === true;
  const opened =
    missingProject(environment.project) === null
      ? await openProject(environment, options.profile ?? null)
      : null;
  if (opened !== null && !opened.ok) return refuse(opened.diagnostics, isJson, environment);
  const interruption = new AbortController();
  const stopListening = onInterrupt(() => {
    interruption.abort();
  });
  try {
    return await report(opened?.value.plan ?? null, isJson, environment, interruption.signal);
  } finally {
    stopListening();
  }
}

async function report(
  plan: Plan | null,
  isJson: boolean,
  environment: Environment,
  signal: AbortSignal,
): Promise<ExitCode> {
  // The section matches its schema, which the type is derived from.
  const tools = (plan?.tools ?? {}) as WrittenTools;
  const path = (tools.vivado?.path ?? []).map((folder) => resolve(environment.project, folder));
  const variables = { ...environment.variables, PATH: [...path, environment.path].join(':') };
  const { out } = environment;

  const finn = await finnOf(tools, environment);
  const vendor = await findVendorTools(variables, signal);
  const rows: readonly Row[] = [finn.row, ...vendorRows(vendor)];
  if (!isJson) for (const row of rows) out.write(rowLines(row, environment));
  const { vivado } = vendor;
  const boards =
    vivado === null || vivado.version === null
      ? failure(noAnswer)
      : await askVivado({ ...vivado, version: vivado.version }, plan, environment, {
          searched: variables.PATH,
          signal,
        });
  if (signal.aborted) return 130;
  if (isJson)
    out.write(
      jsonLine({
        type: 'toolchain-status',
        finn: finn.json,
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

const noAnswer = problem('vivado/no-answer', 'Vivado did not report what it can build for');

/**
 * What Vivado says of the boards of the project, or of all types, or why it cannot be asked; it finds what it would find in a
 * build.
 */
async function askVivado(
  { path: program, version }: VendorTool & { readonly version: string },
  plan: Plan | null,
  environment: Environment,
  { searched, signal }: { readonly searched: string; readonly signal: AbortSignal },
): Promise<Result<readonly BoardSupport[]>> {
  const tools: JsonObject = plan?.tools ?? {};
  const surroundings = await surroundingsOn(machineOf(environment))({ vivado: version }, tools);
  if (!surroundings.ok) return surroundings;
  const directory = mkdtempSync(join(tmpdir(), 'pipeline-probe-'));
  try {
    prepareHome({ directory, surroundings: surroundings.value });
    const variables = { ...surroundings.value.env, PATH: searched, HOME: directory, TMPDIR: directory };
    const script = fileURLToPath(ownFile('templates/vivado/probe.tcl'));
    const support = await boardSupport({ program, script, directory, variables, signal }, boardsOf(plan));
    return support === null ? failure(noAnswer) : success(support);
  } finally {
    removeTree(directory);
  }
}

/** The board types that builds of a project are for, as `build.probe` asks for them; without a project all. */
function boardsOf(plan: Plan | null) {
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
