import { readFileSync } from 'node:fs';
import type { Digest } from '../base/digest.ts';
import { locateDependencies, locateFinn, requirementsDigest } from '../toolchain/finn/locate.ts';
import { locateVerilator } from '../toolchain/rtl/tool.ts';
import { toolchainHome } from '../toolchain/home.ts';
import type { Machine } from '../toolchain/surroundings.ts';
import type { Environment } from './environment.ts';
import { ownFile } from './own-file.ts';

/** The settings that decide where tools are; read when an action needs one. */
export function machineOf({ project, path, home, variables }: Environment): Machine {
  const tools = toolchainHome(variables, home);
  const digest = (tool: 'finn' | 'rtl' = 'finn'): Digest =>
    requirementsDigest(readFileSync(ownFile(`templates/${tool}/requirements.txt`), 'utf8'));
  return {
    project,
    home,
    variables,
    installedFinn: () => locateFinn(tools, digest())?.python ?? null,
    installedVerilator: () => locateVerilator(tools, digest('rtl')),
    installedDependencies: () => locateDependencies(tools, digest()),
    checkFinn: async (python) => (await import('../toolchain/finn/check.ts')).checkFinn(python, path),
  };
}
