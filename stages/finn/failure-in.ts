import type { Diagnostic } from '../../base/diagnostic.ts';
import { problem } from '../../base/diagnostic.ts';
import type { Cause } from '../../vivado/causes.ts';
import { causeIn } from '../../vivado/causes.ts';
import type { Log } from '../../vivado/log.ts';
import { errorLines, lastLines } from '../../vivado/log.ts';
import { boardFilesHint } from '../../vivado/probe.ts';

/** The failure whose cause the logs name, whichever step ran Vivado; null if they name none. */
export function namedFailure(logs: readonly Log[]): Diagnostic | null {
  const found = causeIn(logs);
  if (found === null) return null;
  const { code, message, hint } = remedies[found.cause];
  return problem(code, message, { hint, detail: found.line });
}

/** The lines of logs that say most about a failure: those of severity ERROR, or else the end of Vivado's own log. */
export function tellingLines(logs: readonly Log[]): string {
  const errors = errorLines(logs);
  return (errors.length > 0 ? errors : lastLines(logs.at(-1)?.text ?? '')).join('\n');
}

/** Memory that ran out, which is reported in several ways. */
export const outOfMemory = {
  code: 'vivado/out-of-memory',
  message: 'Vivado ran out of memory',
  hint: 'run fewer actions at once (-j 1), or use a machine with more memory; everything made before is kept',
} as const;

/** A disk without space, which not every program reports. */
export const diskFull = {
  code: 'vivado/disk-full',
  message: 'the disk is full',
  hint: 'free space on the disk of .pipeline/ (pipeline gc deletes old results), and run again; everything made before is kept',
} as const;

const remedies: {
  readonly [cause in Cause]: { readonly code: string; readonly message: string; readonly hint: string };
} = {
  memory: outOfMemory,
  disk: diskFull,
  'licences in use': {
    code: 'vivado/licences-in-use',
    message: 'all licences are in use',
    hint: 'say how many seats you have (resources: {vivado: 2}), so that no more actions than that ask for one',
  },
  licence: {
    code: 'vivado/no-licence',
    message: 'Vivado found no licence',
    hint: 'set XILINXD_LICENSE_FILE to your licence server or file, or put the file into ~/.Xilinx; everything made before is kept',
  },
  'board part': {
    code: 'vivado/no-board-part',
    message: 'this Vivado does not have the board part any more',
    hint: `${boardFilesHint}; run the probe again with --force to choose another one`,
  },
  'missing IP': {
    code: 'vivado/missing-ip',
    message: 'Vivado does not find the IP of a layer, or one of its own',
    hint: 'if it is of a layer, run the hardware step again with --force and see the log of that layer; if it is of Vivado, it is not installed',
  },
};
