import type { Stats } from 'node:fs';
import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  futimesSync,
  linkSync,
  openSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { defined } from '../../base/defined.ts';
import { isMachineFailure } from '../../base/machine-failure.ts';
import type { FileEntry } from '../../core/contracts/types.ts';
import { digestOf } from './file-digest.ts';
import type { CacheFolders } from './folders.ts';
import { touch } from './touch.ts';

export interface Taking {
  /** The name of the file in its artifact. */
  readonly path: string;
  readonly source: string;
  /** The source may become the blob. */
  readonly move: boolean;
  /** The state of the stored blob, if it is whole. */
  readonly stored: (entry: FileEntry) => Stats | null;
}

/** Stores a file as a blob; null if it changed meanwhile. */
export function takeInto(folders: CacheFolders, now: () => number, taking: Taking): FileEntry | null {
  const file = openedSource(taking);
  if (file === null) return null;
  try {
    return take(folders, now, taking, file);
  } finally {
    closeSync(file);
  }
}

function take(folders: CacheFolders, now: () => number, taking: Taking, file: number): FileEntry | null {
  const { path, source, move, stored } = taking;
  const before = fstatSync(file);
  if (!before.isFile()) return null;
  const isLinkable = move && isOnlyOurs(before);
  const mode = 0o400 | (before.mode & 0o444);
  const draft = draftIn(folders, mode);
  try {
    const { digest, size } = digestOf(file, isLinkable ? null : draft.open());
    if (size !== before.size || !isUnchanged(before, fstatSync(file))) return null;
    const entry: FileEntry = {
      path,
      digest,
      size,
      ...((before.mode & 0o100) === 0 ? {} : { executable: true }),
    };
    const blob = folders.blob(digest);
    const present = stored(entry) === null ? 'gone' : touch(blob, now());
    if (present === 'touched') return entry;
    try {
      if (isLinkable && linked(folders, file, source, blob, mode, now()))
        return isStillThere(file, blob, entry) ? entry : null;
      if (isLinkable && digestOf(file, draft.open()).digest !== digest) return null;
      draft.place(blob, now());
      return entry;
    } catch (error) {
      // Another user's blob, which can neither be marked as used nor be replaced by an own one: it is as good.
      if (present === 'refused' && isMachineFailure(error)) return entry;
      throw error;
    }
  } finally {
    draft.close();
  }
}

/** Null for what is no longer there as it was: a link where a file was to be moved. */
function openedSource({ source, move }: Taking): number | null {
  const { O_RDONLY, O_NONBLOCK, O_NOFOLLOW } = constants;
  try {
    return openSync(source, O_RDONLY | O_NONBLOCK | (move ? O_NOFOLLOW : 0));
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT' || (move && code === 'ELOOP')) return null;
    throw error;
  }
}

function isUnchanged(a: Stats, b: Stats): boolean {
  return a.size === b.size && a.mtimeMs === b.mtimeMs && a.ctimeMs === b.ctimeMs;
}

/** Under another name, or by its owner, the file could still be changed, and it would be theirs that becomes read-only. */
function isOnlyOurs({ nlink, uid }: Stats): boolean {
  return nlink === 1 && (process.geteuid === undefined || uid === process.geteuid());
}

/**
 * Makes the blob another name of the source; false if that is not possible. The source stays where it is, so that whoever
 * stores several files can begin again after a kill or a full disk.
 */
function linked(
  { making, temporary }: CacheFolders,
  file: number,
  source: string,
  blob: string,
  mode: number,
  now: number,
): boolean {
  try {
    fchmodSync(file, mode);
    futimesSync(file, new Date(now), new Date(now));
    making(blob, () => {
      linkOver(source, blob, temporary);
    });
    return true;
  } catch (error) {
    // Another file system, one without links, or someone else's folder.
    if (['EXDEV', 'EPERM', 'EACCES', 'ENOTSUP', 'ENOSYS', 'EMLINK'].includes(codeOf(error))) return false;
    throw error;
  }
}

/** Links, and replaces a file that is in the way. */
function linkOver(source: string, to: string, temporary: CacheFolders['temporary']): void {
  try {
    linkSync(source, to);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    const draft = temporary();
    linkSync(source, draft);
    try {
      renameSync(draft, to);
    } finally {
      rmSync(draft, { force: true });
    }
  }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? '';
}

/** Whether what was linked is what was digested: something else may have taken the source's place in between. */
function isStillThere(file: number, blob: string, { digest }: FileEntry): boolean {
  if (fstatSync(file).nlink > 1) return true;
  // Or another process has put an equal blob in its place.
  const present = openSync(blob, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    if (digestOf(present).digest === digest) return true;
  } finally {
    closeSync(present);
  }
  rmSync(blob, { force: true });
  return false;
}

/** A temporary file that no one else can read before it is as readable as its source. */
function draftIn({ temporary, making }: CacheFolders, mode: number) {
  const path = temporary();
  let file: number | null = null;
  let isPlaced = false;
  return {
    open(): number {
      let opened = -1;
      making(path, () => {
        opened = openSync(path, 'wx', 0o600);
      });
      file = opened;
      return opened;
    },
    /** Gives it its name. */
    place(to: string, now: number): void {
      const opened = defined(file, 'a draft is placed after it was written');
      fchmodSync(opened, mode);
      futimesSync(opened, new Date(now), new Date(now));
      making(to, () => {
        renameSync(path, to);
      });
      isPlaced = true;
    },
    close(): void {
      if (file === null) return;
      closeSync(file);
      if (!isPlaced) rmSync(path, { force: true });
    },
  };
}
