import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { problem } from '../base/diagnostic.ts';
import { byteSize } from '../base/units.ts';
import { jsonLine } from '../reporters/json.ts';
import { styled } from '../reporters/style.ts';
import { installFinn } from '../toolchain/finn/install.ts';
import { locateFinn, requirementsDigest } from '../toolchain/finn/locate.ts';
import { sizes } from '../toolchain/finn/requirements.ts';
import { toolchainHome } from '../toolchain/home.ts';
import { findVendorTools } from '../toolchain/vivado.ts';
import type { Environment } from './environment.ts';
import { readEnvironment } from './environment.ts';
import { onInterrupt } from './interrupt.ts';
import type { CommonOptions, ExitCode } from './options.ts';
import { refuse } from './options.ts';
import { ownFile } from './own-file.ts';
import { installDisplay, versionsLine } from './toolchain-display.ts';

export type ToolchainOptions = Pick<CommonOptions, 'json'>;

export interface InstallOptions extends ToolchainOptions {
  readonly python?: string;
  readonly wheelhouse?: string;
}

/** `pipeline toolchain install finn`: makes the Python environment with FINN+, unless it exists. */
export async function install(tool: string, options: InstallOptions): Promise<ExitCode> {
  const environment = readEnvironment('.');
  const isJson = options.json === true;
  const { python = null, wheelhouse = null } = options;
  if (tool !== 'finn') {
    const hint = 'only finn can; get Vivado from its vendor and put it on PATH';
    return refuse(
      [problem('usage/unknown-tool', `"${tool}" cannot be installed`, { hint })],
      isJson,
      environment,
    );
  }
  if (wheelhouse !== null && statSync(wheelhouse, { throwIfNoEntry: false })?.isDirectory() !== true) {
    const hint = '--wheelhouse names a folder of wheels; docs/toolchain.md explains how to fill one';
    return refuse(
      [problem('file/missing', `there is no folder ${wheelhouse}`, { hint })],
      isJson,
      environment,
    );
  }
  const interruption = new AbortController();
  const stopListening = onInterrupt(() => {
    interruption.abort();
  });
  const display = installDisplay(isJson, environment.out);
  try {
    const outcome = await installFinn({
      home: toolchainHome(environment.variables, environment.home),
      requirements: requirements(),
      hashes: readFileSync(ownFile('templates/finn/hashes.txt'), 'utf8'),
      // A name without a slash is searched for on PATH.
      python: python?.includes('/') === true ? resolve(python) : python,
      wheelhouse: wheelhouse === null ? null : resolve(wheelhouse),
      variables: environment.variables,
      signal: interruption.signal,
      now: environment.now,
      emit: display.report,
    });
    await display.finish();
    if (outcome.type === 'interrupted') return 130;
    if (outcome.type !== 'failed') return 0;
    refuse([outcome.diagnostic], isJson, environment);
    // Only a Python named by the user is a mistake in the command; everything else is the machine's.
    return python !== null && pythonCodes.includes(outcome.diagnostic.code) ? 2 : 3;
  } finally {
    stopListening();
  }
}

const pythonCodes = ['toolchain/no-python', 'toolchain/python-too-old', 'toolchain/no-pip'];

/** `pipeline toolchain status`: the tools that builds would use, and how to get missing ones. */
export async function toolchainStatus(options: ToolchainOptions): Promise<ExitCode> {
  const environment = readEnvironment('.');
  const { variables, out } = environment;
  const finn = locateFinn(toolchainHome(variables, environment.home), requirementsDigest(requirements()));
  const vendor = await findVendorTools(variables);
  if (options.json === true) {
    out.write(jsonLine({ type: 'toolchain-status', finn, ...vendor }));
    return 0;
  }
  const { vivado, hls } = vendor;
  const rows: readonly Row[] = [
    finn === null
      ? ['FINN', null, `pipeline toolchain install finn (${byteSize(sizes.download)} to download)`]
      : ['FINN', versionsLine(finn.versions), finn.python],
    vivado === null
      ? ['Vivado', null, 'to build bitstreams, put its bin folder on PATH (its settings64.sh does)']
      : ['Vivado', vivado.version ?? 'does not report its version', vivado.path],
    hls === null
      ? ['Vitis HLS', null, 'comes with Vivado; put both on PATH']
      : ['Vitis HLS', 'found', hls.path],
  ];
  for (const row of rows) out.write(rowLines(row, environment));
  return 0;
}

/** The name of the tool; its version, or null if it is missing; and where it is or how to get it. */
type Row = readonly [name: string, version: string | null, where: string];

function rowLines([name, version, where]: Row, { out }: Environment): string {
  const state = version ?? styled('yellow', 'not found', out.hasColour);
  return `${name.padEnd(11)}${state}\n${' '.repeat(11)}${where}\n`;
}

function requirements(): string {
  return readFileSync(ownFile('templates/finn/requirements.txt'), 'utf8');
}
