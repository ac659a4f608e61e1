import { readFileSync } from 'node:fs';
import { availableParallelism, homedir } from 'node:os';
import { isAbsolute, resolve } from 'node:path';
import type { Clock, Terminal } from '../reporters/reporter.ts';
import { harmlessView } from '../reporters/style.ts';

/** Everything the process gets from its environment, read only here. */
export interface Environment extends Clock {
  /** Absolute folder of the project. */
  readonly project: string;
  readonly path: string;
  /** Absolute path of the user's home folder. */
  readonly home: string;
  readonly variables: { readonly [name: string]: string | undefined };
  readonly cores: number;
  /** A service for continuous integration runs this: no one watches or can be asked. */
  readonly isCi: boolean;
  readonly out: Terminal;
  readonly error: Terminal;
  /** ms since some moment, never set back: for deadlines and durations. */
  readonly elapsed: () => number;
  readonly readLines: (file: string) => readonly string[] | null;
}

export function readEnvironment(directory: string): Environment {
  const project = resolve(directory);
  return {
    project,
    path: process.env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin',
    home: homeOf(),
    variables: process.env,
    cores: availableParallelism(),
    isCi: isCi(),
    out: terminalOf(process.stdout),
    error: terminalOf(process.stderr),
    now: () => Date.now(),
    every(milliseconds, call) {
      const timer = setInterval(call, milliseconds).unref();
      return () => {
        clearInterval(timer);
      };
    },
    elapsed: () => performance.now(),
    readLines(file) {
      try {
        return readFileSync(resolve(project, file), 'utf8').split('\n');
      } catch {
        return null;
      }
    },
  };
}

/**
 * A user without an entry in the user database, as in many containers, has no home folder. What HOME names relative to the
 * current folder is none either: that may be the project.
 */
function homeOf(): string {
  try {
    const home = homedir();
    return isAbsolute(home) ? home : '/';
  } catch {
    return '/';
  }
}

/** By the variable that every such service sets; `CI=false` is how its users turn that off. */
function isCi(): boolean {
  return isOn(process.env['CI']);
}

function isOn(value: string | undefined): boolean {
  return value !== undefined && !['', '0', 'false'].includes(value);
}

/**
 * NO_COLOR (any value but an empty one) turns colours off; else FORCE_COLOR turns them on, or off with 0 or `false`; else a
 * terminal has them that is not `dumb`.
 */
function terminalOf(stream: NodeJS.WriteStream): Terminal {
  // Missing if the stream is not a terminal, although their types say otherwise; 0 if a terminal does not know its size.
  const sized: { readonly isTTY?: boolean; readonly columns?: number; readonly rows?: number } = stream;
  const isTerminal = sized.isTTY === true;
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env;
  const isForced = FORCE_COLOR !== undefined && FORCE_COLOR !== '';
  const pass = batched(stream);
  return {
    write(text) {
      pass(harmlessView(text));
    },
    pass,
    isTerminal,
    isLive: isTerminal && TERM !== 'dumb' && !isCi(),
    hasColour: (NO_COLOR ?? '') === '' && (isForced ? isOn(FORCE_COLOR) : isTerminal && TERM !== 'dumb'),
    get width() {
      return sized.columns === undefined || sized.columns === 0 ? 80 : sized.columns;
    },
    get height() {
      return sized.rows === undefined || sized.rows === 0 ? 24 : sized.rows;
    },
  };
}

/**
 * Joins everything written in one turn of the event loop: a write to a file or a pipe blocks, and a run writes many lines at
 * once. If the reader has gone or the disk is full, output stops; that must not stop hours of work.
 */
function batched(stream: NodeJS.WriteStream): (text: string) => void {
  let held = '';
  let isBroken = false;
  stream.on('error', () => {
    isBroken = true;
  });
  const flush = (): void => {
    const text = held;
    held = '';
    if (isBroken || text === '') return;
    try {
      stream.write(text);
    } catch {
      isBroken = true;
    }
  };
  process.once('exit', flush);
  return (text) => {
    if (held === '') setImmediate(flush);
    held += text;
  };
}
