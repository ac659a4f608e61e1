import type { Stats } from 'node:fs';
import { lstatSync, readFileSync, statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';

/**
 * What a run with nothing to do looked at, and what it said. As long as all of that is as it was, the same run says the same: it is
 * answered without loading the engine. It is kept in the user's own state folder, so that no one else can write an answer.
 */
export interface IdleRecord {
  /** Of the program. */
  readonly build: string;
  /** Absolute folder of the project, which the command was given in. */
  readonly project: string;
  readonly arguments: readonly string[];
  /** The environment variables by which a run finds its state, and by which it shows text. */
  readonly variables: Readonly<Record<string, string | null>>;
  /** Columns of the terminal; null if no terminal reads the answer. */
  readonly width: number | null;
  readonly answer: string;
  /** Absolute paths of inputs and state: a change of anything about them counts. */
  readonly watched: readonly string[];
  /** Absolute paths of blobs, which the cache may mark as used: they count by their inodes and sizes. */
  readonly blobs: readonly string[];
  /** The states of all of these, in order. */
  readonly states: readonly string[];
}

/** The names of the variables in a record. */
export const decisive = [
  ...['HOME', 'XDG_STATE_HOME', 'XDG_CACHE_HOME', 'PIPELINE_CACHE', 'PIPELINE_REMOTE_CACHE', 'CI'],
  ...['NO_COLOR', 'FORCE_COLOR', 'TERM'],
] as const;

/** The folder of the records of a user; null if there is none. */
export function idleFolder(variables: Readonly<Record<string, string | undefined>>): string | null {
  const { HOME: home = '', XDG_STATE_HOME: state = '' } = variables;
  // By the XDG specification, a relative path is ignored.
  const base = isAbsolute(state) ? state : isAbsolute(home) ? join(home, '.local/state') : null;
  return base === null ? null : join(base, 'finn-pipeline', 'idle');
}

/** The file of the record of a command in a folder: any path and arguments, as names that every file system takes. */
export function recordFile(folder: string, project: string, args: readonly string[]): string {
  const name = Buffer.from(JSON.stringify([project, ...args])).toString('base64url');
  return join(folder, `${(name.match(/.{1,200}/g) ?? []).join('/')}.json`);
}

/** Reads a record; null if there is none. It is the user's own file, in a folder that no one else can write to. */
export function readRecord(folder: string, file: string): IdleRecord | null {
  try {
    const { uid, mode } = statSync(folder);
    if (uid !== process.getuid?.() || (mode & 0o077) !== 0) return null;
    return JSON.parse(readFileSync(file, 'utf8')) as IdleRecord;
  } catch {
    return null;
  }
}

/** The states of files and folders; a link counts as what it leads to. */
export function statesOf({ watched, blobs }: Pick<IdleRecord, 'watched' | 'blobs'>): readonly string[] {
  return [...watched.map(wholeState), ...blobs.map(storedState)];
}

function wholeState(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat === undefined ? '-' : [...identityOf(stat), stat.mode, stat.mtimeMs, stat.ctimeMs].join(' ');
}

function storedState(path: string): string {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  return stat === undefined ? '-' : identityOf(stat).join(' ');
}

function identityOf({ dev, ino, size }: Stats): readonly number[] {
  return [dev, ino, size];
}
