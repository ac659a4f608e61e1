import { createInterface } from 'node:readline';
import { execa } from 'execa';
import { isMachineFailure } from '../base/machine-failure.ts';
import { endGroup } from '../base/process-group.ts';
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
  /** The tool's whole environment. */
  readonly variables: Variables;
  readonly signal?: AbortSignal;
  readonly timeoutMilliseconds?: number;
  readonly onStart?: (pid: number) => void;
  readonly onLine?: (line: string) => void;
}

/**
 * Runs a tool to its end in its own process group; on `signal` or after the time limit, the whole group is ended. Throws the
 * error of the system if the machine cannot start any program, for example because too many files are open.
 */
export async function runTool(tool: ToolProcess): Promise<ToolExit> {
  const { argv, variables, signal, timeoutMilliseconds, onStart, onLine } = tool;
  if (signal?.aborted === true) return { type: 'interrupted', output: '' };
  const [program = '', ...args] = argv;
  const child = execa(program, args, {
    env: variables,
    extendEnv: false,
    detached: true,
    cleanup: false,
    stdin: 'ignore',
    reject: false,
    all: true,
  });
  const { pid } = child;
  if (pid !== undefined) await noted(pid, onStart);
  const endings: { readonly type: 'timed-out' | 'interrupted'; readonly done: Promise<void> }[] = [];
  const end = (type: 'timed-out' | 'interrupted'): void => {
    if (pid !== undefined && endings.length === 0) endings.push({ type, done: endGroup(pid) });
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

/** A process that cannot be noted is ended: after a crash, no one would know of it. */
async function noted(pid: number, onStart: ToolProcess['onStart']): Promise<void> {
  try {
    onStart?.(pid);
  } catch (error) {
    await endGroup(pid);
    throw error;
  }
}

/** The last lines of a tool's output, for a diagnostic. */
export function endOf(output: string): string {
  return output.trim().split('\n').slice(-detailLines).join('\n');
}

const detailLines = 12;
