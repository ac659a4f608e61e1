import { diskFailure } from '../base/disk-failure.ts';
import { readEnvironment } from './environment.ts';
import type { ExitCode } from './options.ts';
import { refuse } from './options.ts';

/** Says what the file system refused of a command that could not go on; throws any other error again. */
export function diskLost(error: unknown): ExitCode {
  refuse([diskFailure(error)], process.argv.includes('--json'), readEnvironment('.'));
  return 3;
}
