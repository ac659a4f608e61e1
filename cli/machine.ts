import { readFileSync } from 'node:fs';
import { locateFinn, requirementsDigest } from '../toolchain/finn/locate.ts';
import { toolchainHome } from '../toolchain/home.ts';
import type { Machine } from '../toolchain/surroundings.ts';
import type { Environment } from './environment.ts';
import { ownFile } from './own-file.ts';

/** The settings that decide where tools are; read when an action needs one. */
export function machineOf({ project, path, home, variables }: Environment): Machine {
  return {
    project,
    home,
    variables,
    installedFinn: () => {
      const requirements = readFileSync(ownFile('templates/finn/requirements.txt'), 'utf8');
      const digest = requirementsDigest(requirements);
      return locateFinn(toolchainHome(variables, home), digest)?.python ?? null;
    },
    checkFinn: async (python) => (await import('../toolchain/finn/check.ts')).checkFinn(python, path),
  };
}
