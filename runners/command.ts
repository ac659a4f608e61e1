import { jobVariable } from '../base/job-processes.ts';
import type { Job, ProcessRun, Surroundings } from '../core/contracts/types.ts';
import { inContainer } from './container.ts';
import { temporaryFolderOf } from './home.ts';

/** The process to start on this machine for a job. */
export interface Command {
  readonly program: string;
  readonly arguments: readonly string[];
  /** The whole environment. */
  readonly env: { readonly [name: string]: string };
  /** The engine of the container that the job runs in; null if it runs directly on this machine. */
  readonly container: string | null;
}

/** Says to a command how many cores it may use. */
const coresVariable = 'PIPELINE_CORES';

const noSurroundings: Surroundings = { programs: {}, path: [], env: {} };

/**
 * The command of a process: its environment is only what is declared, the given PATH, HOME and TMPDIR inside the work
 * directory, and the attempt, by which everything that it starts is found. If its tools are in a container, the command runs it there.
 */
export function commandOf(job: Job, run: ProcessRun, path: string): Command {
  const { programs, container, ...surroundings } = job.surroundings ?? noSurroundings;
  const [program = '', ...args] = run.argv;
  const env = {
    LANG: 'C.UTF-8',
    ...surroundings.env,
    ...run.env,
    HOME: job.directory,
    TMPDIR: temporaryFolderOf(job),
    [jobVariable]: job.attempt,
    ...(job.cores === undefined ? {} : { [coresVariable]: String(job.cores) }),
  };
  if (container === undefined)
    return {
      program: programs[program] ?? program,
      arguments: args,
      env: { ...env, PATH: [...surroundings.path, path].join(':') },
      container: null,
    };
  return {
    program: container.engine,
    arguments: inContainer(container, run.argv, job, env, surroundings.path),
    env: { PATH: path, [jobVariable]: job.attempt },
    container: container.engine,
  };
}
