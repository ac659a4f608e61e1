import type { Stats } from 'node:fs';
import { closeSync, constants, fstatSync, lstatSync, openSync, rmSync } from 'node:fs';
import type { Digest } from '../../base/digest.ts';
import { sha256 } from '../../base/digest.ts';
import { inFolder } from '../../base/in-folder.ts';
import { isMachineFailure } from '../../base/machine-failure.ts';
import { readRegularFile } from '../../base/regular-file.ts';
import { removeTree } from '../../base/remove-tree.ts';
import type { Store } from '../../core/contracts/store.ts';
import { blobsOf } from '../../core/contracts/store.ts';
import type { ActionRecord, FileEntry } from '../../core/contracts/types.ts';
import { digestOf } from './file-digest.ts';
import { cacheFolders } from './folders.ts';
import { readRecord } from './record-file.ts';
import { takeInto } from './take.ts';
import { touch } from './touch.ts';
import { keepRecord } from './keep.ts';

/**
 * Records in `ac/`, blobs in `cas/`, both by the first two letters. Everything is complete before it gets its name, blobs
 * before the record that names them, so that readers and a second writer never see a partial file. `now` in ms since 1970.
 */
export function diskStore(root: string, now: () => number): Store {
  const folders = cacheFolders(root);
  const stored = ({ digest, size }: FileEntry): Stats | null => {
    const path = folders.blob(digest);
    const stat = folders.isReachable(path) ? lstatSync(path, { throwIfNoEntry: false }) : undefined;
    return stat?.isFile() === true && stat.size === size ? stat : null;
  };
  const isWhole = (entry: FileEntry): boolean => stored(entry) !== null;
  /** The record of a fingerprint, if every blob that it names is there. */
  const recordOf = (fingerprint: Digest): ActionRecord | null => {
    const path = folders.record(fingerprint);
    const record = folders.isReachable(path) ? readRecord(path, fingerprint) : null;
    return record !== null && blobsOf(record).every(isWhole) ? record : null;
  };
  /** A collection took the record away while it was looked up: if that left its blobs, they are in use again. */
  const revive = (record: ActionRecord): boolean => {
    if (!blobsOf(record).every(({ digest }) => touch(folders.blob(digest), now()) !== 'gone')) return false;
    keepRecord(folders, record, false);
    return true;
  };
  return {
    name: 'disk',
    find(fingerprint) {
      const record = recordOf(fingerprint);
      if (record === null) return null;
      switch (touch(folders.record(fingerprint), now())) {
        case 'touched':
          return record;
        case 'refused':
          // Another user's. An own one counts as used; if the cache admits none, there is nothing to be done about it.
          try {
            keepRecord(folders, record, false);
          } catch (error) {
            if (!isMachineFailure(error)) throw error;
          }
          return record;
        case 'gone':
          return revive(record) ? record : null;
      }
    },
    holds: (files) => files.every(isWhole),
    takeFile: (path, source, move) => takeInto(folders, now, { path, source, move, stored }),
    putFile(entry, destination) {
      const path = folders.blob(entry.digest);
      const input = folders.isReachable(path) ? opened(path) : null;
      if (input === null) return false;
      try {
        const { size, mode } = fstatSync(input);
        const isCopied =
          size === entry.size && copied(input, destination, accessLike(mode, entry)) === entry.digest;
        if (!isCopied) {
          rmSync(destination, { force: true });
          discard(path);
        }
        return isCopied;
      } finally {
        closeSync(input);
      }
    },
    read({ digest }) {
      const path = folders.blob(digest);
      const contents = folders.isReachable(path) ? readRegularFile(path) : null;
      if (contents === null) return null;
      if (sha256(contents) === digest) return contents;
      discard(path);
      return null;
    },
    keep: (record, { durable }) => {
      try {
        keepRecord(folders, record, durable);
      } catch (error) {
        // Another user's record, which cannot be replaced by an own one: it is as good.
        const isRefused = ['EPERM', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '');
        if (!isRefused || recordOf(record.fingerprint) === null) throw error;
      }
    },
  };
}

/** Copies an open file to a new one and returns the digest of what it copied. */
function copied(input: number, destination: string, mode: number): Digest {
  let output = -1;
  inFolder(destination, () => {
    output = openSync(destination, 'wx', mode);
  });
  try {
    return digestOf(input, output).digest;
  } finally {
    closeSync(output);
  }
}

/** Whoever may read the blob may read and write the copy, and run it if it is a program; less what the process masks. */
function accessLike(mode: number, { executable }: FileEntry): number {
  const readers = mode & 0o444;
  return readers | (readers >> 1) | (executable === true ? readers >> 2 : 0);
}

/** A regular file that was opened, never through a link; null if there is none, or it may not be read. */
function opened(path: string): number | null {
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if (['ENOENT', 'ELOOP', 'EACCES', 'EPERM', 'ENXIO'].includes((error as NodeJS.ErrnoException).code ?? ''))
      return null;
    throw error;
  }
  if (fstatSync(file).isFile()) return file;
  closeSync(file);
  return null;
}

/** Deletes a damaged blob, unless it is another user's: then it stays, and is found damaged again. */
function discard(path: string): void {
  try {
    removeTree(path);
  } catch (error) {
    if (!isMachineFailure(error)) throw error;
  }
}
