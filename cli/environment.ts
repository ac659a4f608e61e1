import { readFileSync } from 'node:fs';
import { availableParallelism, homedir } from 'node:os';
import { isAbsolute, relative, resolve } from 'node:path';
import type { ReadLines } from '../reporters/diagnostic.ts';
import type { Terminal } from '../reporters/reporter.ts';
import { harmlessView } from '../reporters/style.ts';
import { findProject } from './find-project.ts';

/** Everything the process gets from its environment, read only here. */
export interface Environment {
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
  readonly out: Terminal;
  readonly error: Terminal;
  readonly now: () => number;
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
    out: terminalOf(process.stdout),
    error: terminalOf(process.stderr),
    now: () => Date.now(),
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

/** NO_COLOR (any value but an empty one) and a stream that is not a terminal turn colours off; FORCE_COLOR turns them on. */
function terminalOf(stream: NodeJS.WriteStream): Terminal {
  const isInteractive = stream.isTTY;
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env;
  const isForced = FORCE_COLOR !== undefined && FORCE_COLOR !== '0' && FORCE_COLOR !== '';
  const pass = batched(stream);
  return {
    write(text) {
      pass(harmlessView(text));
    },
    pass,
    isInteractive: isInteractive && TERM !== 'dumb',
    hasColour: (NO_COLOR ?? '') === '' && (isForced || (isInteractive && TERM !== 'dumb')),
    // Missing if the stream is not a terminal, although their types say otherwise.
    width: (stream as { readonly columns?: number }).columns ?? 80,
    height: (stream as { readonly rows?: number }).rows ?? 24,
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
