import { createInterface } from 'node:readline';
import { execa } from 'execa';
import { isMachineFailure } from '../base/machine-failure.ts';
import { jobVariable, newToken, processesOfJob } from '../base/job-processes.ts';
import { endProcesses } from '../base/processes.ts';
import type { Variables } from './home.ts';

/** How a tool ended; `output` is stdout and stderr as they came, `answer` stdout alone. */
export type ToolExit =
  | { readonly type: 'exited'; readonly code: number; readonly output: string; readonly answer: string }
  /** There is no such program, or it may not be run. */
  | { readonly type: 'not-started'; readonly output: string }
  | { readonly type: 'timed-out'; readonly output: string }
  | { readonly type: 'interrupted'; readonly output: string };

export interface ToolProcess {
  readonly argv: readonly string[];
  /** The folder that it runs in; defaults to this program's own. */
  readonly directory?: string;
  /** The tool's whole environment. */
  readonly variables: Variables;
  readonly signal?: AbortSignal;
  readonly timeoutMilliseconds?: number;
  readonly onLine?: (line: string) => void;
}

/**
 * Runs a tool to its end; on `signal` or after the time limit, it and everything that it started is ended. Throws the
 * error of the system if the machine cannot start any program, for example because too many files are open.
 */
export async function runTool(tool: ToolProcess): Promise<ToolExit> {
  const { argv, directory, variables, signal, timeoutMilliseconds, onLine } = tool;
  if (signal?.aborted === true) return { type: 'interrupted', output: '' };
  const [program = '', ...args] = argv;
  const token = variables[jobVariable] ?? newToken();
  const child = execa(program, args, {
    env: { ...variables, [jobVariable]: token },
    ...(directory === undefined ? {} : { cwd: directory }),
    extendEnv: false,
    detached: true,
    cleanup: false,
    stdin: 'ignore',
    reject: false,
    all: true,
  });
  const { members } = processesOfJob(child.pid, token);
  const endings: { readonly type: 'timed-out' | 'interrupted'; readonly done: Promise<unknown> }[] = [];
  const end = (type: 'timed-out' | 'interrupted'): void => {
    if (endings.length === 0) endings.push({ type, done: endProcesses(members) });
  };
  const interrupt = (): void => {
    end('interrupted');
  };
  signal?.addEventListener('abort', interrupt);
  const timer =
    timeoutMilliseconds === undefined
      ? null
      : setTimeout(() => {
          end('timed-out');
        }, timeoutMilliseconds);
  if (onLine !== undefined) createInterface(child.all).on('line', onLine);
  const { exitCode, all: output, stdout: answer, signal: killedBy, cause } = await child;
  if (timer !== null) clearTimeout(timer);
  signal?.removeEventListener('abort', interrupt);
  const [ending] = endings;
  if (ending !== undefined) {
    await ending.done;
    return { type: ending.type, output };
  }
  // A shell reports a killed program in the same way.
  if (killedBy !== undefined) return { type: 'exited', code: 128, output: `${output}\n${killedBy}`, answer };
  if (exitCode === undefined) {
    if (isMachineFailure(cause) && !noProgram.includes(cause.code)) throw cause;
    return { type: 'not-started', output };
  }
  return { type: 'exited', code: exitCode, output, answer };
}

/** The errors with which a single program cannot be started: it is missing, not executable or no program. */
const noProgram = ['ENOENT', 'ENOTDIR', 'EACCES', 'ENOEXEC', 'ELOOP', 'ENAMETOOLONG'];

/** The last lines of a tool's output, for a diagnostic. */
export function endOf(output: string): string {
  return output.trim().split('\n').slice(-detailLines).join('\n');
}

const detailLines = 12;
