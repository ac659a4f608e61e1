import { join } from 'node:path';
import type { Job, ProcessRun, Surroundings } from '../core/contracts/types.ts';
import { inContainer } from './container.ts';

/** The process to start on this machine for a job. */
export interface Command {
  readonly program: string;
  readonly arguments: readonly string[];
  /** The whole environment. */
  readonly env: { readonly [name: string]: string };
  /** The container that the job runs in; null if it runs directly on this machine. */
  readonly container: { readonly engine: string; readonly name: string } | null;
}

const noSurroundings: Surroundings = { programs: {}, path: [], env: {} };

/**
 * The command of a process: its environment is only what is declared, the given PATH, and HOME and TMPDIR inside the work
 * directory. If its tools are in a container, the command runs it there.
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
  };
  if (container === undefined)
    return {
      program: programs[program] ?? program,
      arguments: args,
      env: { ...env, PATH: [...surroundings.path, path].join(':') },
      container: null,
    };
  const wrapped = inContainer(container, run.argv, job.directory, env, surroundings.path);
  return {
    program: container.engine,
    arguments: wrapped.arguments,
    env: { PATH: path },
    container: { engine: container.engine, name: wrapped.name },
  };
}

export function temporaryFolderOf({ directory }: Job): string {
  return join(directory, 'tmp');
}
