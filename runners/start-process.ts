import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import type { Command } from './command.ts';

/** How a process ended. */
export type ProcessEnd =
  | { readonly type: 'exited'; readonly code: number }
  | { readonly type: 'signalled'; readonly signal: string }
  /** The error of a system call. */
  | { readonly type: 'not-started'; readonly cause: unknown };

export interface StartedProcess {
  /** Null if the system refused it at once. */
  readonly child: ChildProcess | null;
  /** Resolves when the process has ended and its output has been read. */
  readonly ended: Promise<ProcessEnd>;
}

/** Starts a process in a folder, in a session of its own, without input, and with nothing in its environment but what the command says. */
export function startProcess({ program, arguments: args, env }: Command, directory: string): StartedProcess {
  try {
    const child = spawn(program, args, {
      cwd: directory,
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return { child, ended: endOf(child) };
  } catch (cause) {
    return { child: null, ended: Promise.resolve({ type: 'not-started', cause }) };
  }
}

function endOf(child: ChildProcess): Promise<ProcessEnd> {
  return new Promise((resolve) => {
    child.once('error', (cause) => {
      // Of a process that runs, an error is not its end.
      if (child.pid === undefined) resolve({ type: 'not-started', cause });
    });
    child.once('close', (code, signal) => {
      resolve(signal === null ? { type: 'exited', code: code ?? 0 } : { type: 'signalled', signal });
    });
  });
}
