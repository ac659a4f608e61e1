import { machineFailure } from '../base/machine-failure.ts';
import { readEnvironment } from './environment.ts';
import type { ExitCode } from './options.ts';
import { refuse } from './options.ts';

/** Reports the answer of the system that stopped a command; rethrows any other error. */
export function machineLost(error: unknown): ExitCode {
  refuse([machineFailure(error)], process.argv.includes('--json'), readEnvironment({}));
  return 3;
}
