import { readFileSync } from 'node:fs';
import { availableParallelism, homedir, totalmem } from 'node:os';
import { isAbsolute, relative, resolve } from 'node:path';
import type { ReadLines } from '../reporters/diagnostic.ts';
import type { Clock, Terminal } from '../reporters/reporter.ts';
import { harmlessView } from '../reporters/style.ts';
import { findProject } from './find-project.ts';
import { isCi, supportOf } from './terminal-support.ts';

/** Everything the process gets from its environment, read only here. */
export interface Environment extends Clock {
  /** Absolute folder of the project. */
  readonly project: string;
  /** Name of the pipeline file in it. */
  readonly file: string;
  /** The pipeline file of another user above the working directory, which is not used; null if there is none. */
  readonly foreignFile: string | null;
  readonly path: string;
  /** Absolute path of the user's home folder. */
  readonly home: string;
  readonly variables: { readonly [name: string]: string | undefined };
  readonly cores: number;
  /** Bytes of memory, or what this process may use of it. */
  readonly memory: number;
  /** A service for continuous integration runs this: no one watches or can be asked. */
  readonly isCi: boolean;
  readonly out: Terminal;
  readonly error: Terminal;
  /** ms since some moment, never set back: for deadlines and durations. */
  readonly elapsed: () => number;
  /** Of a file of the project. */
  readonly readLines: ReadLines;
}

/** `options`: as the command line names the project. */
export function readEnvironment(options: {
  readonly directory?: string;
  readonly file?: string;
}): Environment {
  const home = homeOf();
  const { folder: project, file, foreign } = findProject(options, process.cwd(), home);
  return {
    project,
    file,
    foreignFile: foreign,
    path: process.env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin',
    home,
    variables: process.env,
    cores: availableParallelism(),
    memory: memoryOf(),
    isCi: isCi(process.env),
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
    readLines: readLinesIn(project),
  };
}

/** Files are shown as the working directory sees them, so that a terminal finds them. */
function readLinesIn(project: string): ReadLines {
  return Object.assign(
    (file: string): readonly string[] | null => {
      try {
        return readFileSync(resolve(project, file), 'utf8').split('\n');
      } catch {
        return null;
      }
    },
    {
      shown(file: string): string {
        const path = resolve(project, file);
        const fromHere = relative(process.cwd(), path);
        return fromHere.length <= path.length ? fromHere : path;
      },
    },
  );
}

/** In a container or a job of a scheduler a limit can be less than the machine has; without one it is reported as more. */
function memoryOf(): number {
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
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

function terminalOf(stream: NodeJS.WriteStream): Terminal {
  const pass = batched(stream);
  const write = (text: string): void => {
    pass(harmlessView(text));
  };
  // Assigned to, not copied: width and height change.
  return Object.assign(supportOf(stream, process.env), { write, pass });
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
