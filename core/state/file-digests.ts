import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { FileEntry } from '../types.ts';
import { readJson, writeFileAtomically } from './json-file.ts';
import type { Layout } from './layout.ts';

interface Known {
  readonly inode: string;
  readonly size: number;
  /** Nanoseconds since 1970. */
  readonly modified: string;
  readonly digest: string;
}

/**
 * Digests of the project's own files, remembered by inode, size and modification time. As in git's index, an entry whose
 * file changed in the very moments before it was noted is not trusted: a later write could bear the same time stamp.
 */
export interface FileDigests {
  /** The entry of a file, its path relative to the project; null when there is no such regular file. */
  entry(path: string): FileEntry | null;
  save(): void;
}

/** File systems stamp files in steps of up to some ms, kernels by their tick; two seconds covers FAT too. */
const racyNanoseconds = 2_000_000_000n;

export function openFileDigests(layout: Layout, now: () => number): FileDigests {
  const known = new Map(Object.entries((readJson(layout.fileDigests) ?? {}) as Record<string, Known>));
  let changed = false;
  return {
    entry(path) {
      const absolute = join(layout.project, path);
      const stat = statSync(absolute, { bigint: true, throwIfNoEntry: false });
      if (stat === undefined || !stat.isFile()) return null;
      const executable = (stat.mode & 0o100n) === 0n ? {} : ({ executable: true } as const);
      const size = Number(stat.size);
      const identity = { inode: String(stat.ino), size, modified: String(stat.mtimeNs) };
      const before = known.get(path);
      if (
        before !== undefined &&
        before.inode === identity.inode &&
        before.size === size &&
        before.modified === identity.modified
      )
        return { path, digest: before.digest, size, ...executable };
      const digest = digestOfFile(absolute);
      if (BigInt(now()) * 1_000_000n - stat.mtimeNs > racyNanoseconds) {
        known.set(path, { ...identity, digest });
        changed = true;
      }
      return { path, digest, size, ...executable };
    },
    save() {
      if (changed) writeFileAtomically(layout.fileDigests, JSON.stringify(Object.fromEntries(known)));
      changed = false;
    },
  };
}

/** sha256 of a file's contents, read in pieces. */
export function digestOfFile(path: string): string {
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafe(1 << 20);
  const file = openSync(path, 'r');
  try {
    for (let read = readSync(file, buffer); read > 0; read = readSync(file, buffer))
      hash.update(buffer.subarray(0, read));
  } finally {
    closeSync(file);
  }
  return hash.digest('hex');
}
