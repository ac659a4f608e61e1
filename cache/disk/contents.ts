import type { Dirent } from 'node:fs';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { entryAt } from '../../base/entry-at.ts';
import type { Digest } from '../../base/digest.ts';
import { isDigest } from '../../core/contracts/record.ts';

/** A record or blob of a cache. */
export interface StoredFile {
  readonly path: string;
  /** Its fingerprint or its digest. */
  readonly name: Digest;
  /** Bytes. */
  readonly size: number;
  /** When it was last used, in ms since 1970. */
  readonly usedAt: number;
}

/** The records of the cache at `root`. */
export function recordsIn(root: string): readonly StoredFile[] {
  return filesIn(join(root, 'ac'));
}

/** The blobs of the cache at `root`. */
export function blobsIn(root: string): readonly StoredFile[] {
  return filesIn(join(root, 'cas'));
}

/** Files in `tmp/` that a killed process left. */
export function leftoversIn(root: string): readonly Pick<StoredFile, 'path' | 'size' | 'usedAt'>[] {
  const folder = join(root, 'tmp');
  return entriesIn(folder)
    .filter((entry) => entry.isFile() && /^([0-9a-f]{24}|\d+\.\d+)$/.test(entry.name))
    .flatMap((entry) => stateOf(join(folder, entry.name)));
}

/** The first folder of the cache that is a link, so that what is behind it is not the cache's; null if there is none. */
export function linkIn(root: string): string | null {
  const isLink = (name: string): boolean => entryAt(join(root, name))?.isSymbolicLink() === true;
  return ['ac', 'cas', 'locks', 'roots', 'tmp'].find(isLink) ?? null;
}

/** Files by the first two letters of their names. What is named otherwise is not of the cache, and links are not followed. */
function filesIn(folder: string): readonly StoredFile[] {
  const files: StoredFile[] = [];
  for (const part of entriesIn(folder)) {
    if (!part.isDirectory() || !/^[0-9a-f]{2}$/.test(part.name)) continue;
    for (const entry of entriesIn(join(folder, part.name))) {
      if (!entry.isFile() || !isDigest(entry.name) || !entry.name.startsWith(part.name)) continue;
      for (const state of stateOf(join(folder, part.name, entry.name)))
        files.push({ ...state, name: entry.name });
    }
  }
  return files;
}

function entriesIn(folder: string): readonly Dirent[] {
  if (entryAt(folder)?.isDirectory() !== true) return [];
  return readdirSync(folder, { withFileTypes: true });
}

/** Nothing if it was deleted meanwhile. */
function stateOf(path: string): readonly Pick<StoredFile, 'path' | 'size' | 'usedAt'>[] {
  const stat = entryAt(path);
  return stat === null ? [] : [{ path, size: stat.size, usedAt: stat.mtimeMs }];
}
