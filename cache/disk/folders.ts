import { chmodSync, lstatSync, mkdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Digest } from '../../base/digest.ts';
import { isInTheWay } from '../../base/displace.ts';
import { entryAt } from '../../base/entry-at.ts';
import { removeTree } from '../../base/remove-tree.ts';
import { randomHex } from '../../base/random-hex.ts';

/** The paths in a cache. Its root may be a link, but below it none is followed, and whatever is in the way is damage. */
export interface CacheFolders {
  readonly root: string;
  readonly blob: (digest: Digest) => string;
  readonly record: (fingerprint: Digest) => string;
  /** A path in `tmp/` that no one can know beforehand. */
  readonly temporary: () => string;
  /** Whether every folder down to that of a file is one, and not a link. */
  readonly isReachable: (path: string) => boolean;
  /** Runs `make`, which creates a file, and once more after replacing what is in its way. */
  readonly making: (path: string, make: () => void) => void;
}

/** The folders of the cache at `root`; those that it creates are as accessible as the root itself. */
export function cacheFolders(root: string): CacheFolders {
  const verified = new Set<string>();
  const isFolder = (path: string): boolean => {
    if (verified.has(path)) return true;
    if (entryAt(path)?.isDirectory() !== true) return false;
    verified.add(path);
    return true;
  };
  const foldersTo = (path: string): readonly string[] => {
    const folder = dirname(path);
    return folder === root ? [] : [...foldersTo(folder), folder];
  };
  const makeFolder = (path: string): void => {
    if (isFolder(path)) return;
    removeTree(path);
    if (made(path)) chmodSync(path, statSync(root).mode & 0o7777);
  };
  const isReachable = (path: string): boolean => foldersTo(path).every(isFolder);
  const makeFolders = (path: string): void => {
    mkdirSync(root, { recursive: true });
    foldersTo(path).forEach(makeFolder);
  };
  return {
    root,
    blob: (digest) => join(root, 'cas', digest.slice(0, 2), digest),
    record: (fingerprint) => join(root, 'ac', fingerprint.slice(0, 2), fingerprint),
    temporary: () => join(root, 'tmp', randomHex(12)),
    isReachable,
    making(path, make) {
      if (!isReachable(path)) makeFolders(path);
      try {
        make();
      } catch (error) {
        if (!isInTheWay(error)) throw error;
        verified.clear();
        makeFolders(path);
        if (lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true) removeTree(path);
        make();
      }
    },
  };
}

/** Creates a folder; false if another process was faster. */
function made(path: string): boolean {
  try {
    mkdirSync(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}
