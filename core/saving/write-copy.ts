import { randomBytes } from 'node:crypto';
import { mkdirSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { bestEffort } from '../../base/json-file.ts';
import { digestOfFile } from '../../base/digest-of-file.ts';
import { entryAt } from '../../base/entry-at.ts';
import { removeTree } from '../../base/remove-tree.ts';
import type { Store } from '../contracts/store.ts';
import type { FileEntry } from '../contracts/types.ts';

/**
 * Copies a stored file to a path, in the place of any file or link there: readers see the old contents or the new, never half.
 * False, with the old file untouched, if the stored one is gone or damaged. It is never a second name of the stored file, which
 * a change would damage.
 */
export async function writeCopy(store: Store, entry: FileEntry, path: string): Promise<boolean> {
  // A name of its own, which no one can know beforehand, and not longer than that of the file may be.
  const temporary = join(dirname(path), `.${randomBytes(8).toString('hex')}.tmp`);
  try {
    if (!(await store.putFile(entry, temporary))) return false;
    renameSync(temporary, path);
    return true;
  } catch (error) {
    bestEffort(() => {
      removeTree(temporary);
    });
    throw error;
  }
}

/** Whether a path is a file with the contents of a stored one; it is read only if it has the same size. */
export function isCopyOf({ size, digest, executable }: FileEntry, path: string): boolean {
  const found = entryAt(path);
  if (found?.isFile() !== true || found.size !== size) return false;
  return ((found.mode & 0o100) !== 0) === (executable === true) && digestOfFile(path) === digest;
}

/**
 * Makes the folders on the way from `root`, which exists, to a relative path; returns the first part of the way, relative to
 * `root`, that is a link or a file, behind which nothing may be written. Null if all are folders.
 */
export function makeFolders(root: string, path: string): string | null {
  const blocked = blockedAt(root, path);
  if (blocked === null) mkdirSync(join(root, dirname(path)), { recursive: true });
  return blocked;
}

/** As `makeFolders`, without making any. */
export function blockedAt(root: string, path: string): string | null {
  const parts = path.split('/').slice(0, -1);
  for (const [index] of parts.entries()) {
    const way = parts.slice(0, index + 1).join('/');
    const found = entryAt(join(root, way));
    if (found === null) return null;
    if (!found.isDirectory()) return way;
  }
  return null;
}
