import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { blobsOf } from '../../core/contracts/store.ts';
import type { ActionRecord } from '../../core/contracts/types.ts';
import type { Digest } from '../../base/digest.ts';
import { readRecord } from './record-file.ts';

export interface Collection {
  /** Bytes before and after. */
  readonly before: number;
  readonly after: number;
  readonly records: number;
  readonly blobs: number;
}

/** Anything used within this time is never collected, so that a concurrent run loses nothing. */
export const youngMilliseconds = 7 * 24 * 3600 * 1000;

/**
 * Keeps the most recently used results up to `maximum` bytes and deletes the others; what `roots` hold and recent results
 * are always kept. Records are deleted before the blobs that they name. `now` in ms since 1970.
 */
export function collect(
  root: string,
  maximum: number,
  roots: readonly ActionRecord[],
  now: number,
): Collection {
  const isOld = (path: string) =>
    now - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? now) > youngMilliseconds;
  const blobs = storedFiles(join(root, 'cas')).map(({ path, name }) => ({
    path,
    digest: name,
    size: sizeOf(path),
  }));
  const sizes = new Map(blobs.map(({ digest, size }) => [digest, size]));
  const records = storedFiles(join(root, 'ac'))
    .map(({ path, name }) => ({
      path,
      fingerprint: name,
      usedAt: statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? now,
    }))
    .sort((a, b) => b.usedAt - a.usedAt);
  const rooted = new Set(roots.map(({ fingerprint }) => fingerprint));
  const kept = new Set<Digest>();
  let size = 0;
  const keep = (record: ActionRecord): void => {
    const added = new Set(
      blobsOf(record)
        .map(({ digest }) => digest)
        .filter((digest) => !kept.has(digest)),
    );
    for (const digest of added) {
      kept.add(digest);
      size += sizes.get(digest) ?? 0;
    }
  };
  roots.forEach(keep);
  let deleted = 0;
  for (const { path, fingerprint } of records) {
    const record = readRecord(path, fingerprint);
    const isKept = record === null ? !isOld(path) : rooted.has(fingerprint) || !isOld(path) || size < maximum;
    if (isKept && record !== null) keep(record);
    if (!isKept) {
      rmSync(path, { force: true });
      deleted++;
    }
  }
  const doomed = blobs.filter(({ digest, path }) => !kept.has(digest) && isOld(path));
  for (const { path } of doomed) rmSync(path, { force: true });
  for (const { path } of storedFiles(join(root, 'tmp'))) if (isOld(path)) rmSync(path, { force: true });
  const before = blobs.reduce((sum, blob) => sum + blob.size, 0);
  const freed = doomed.reduce((sum, blob) => sum + blob.size, 0);
  return { before, after: before - freed, records: deleted, blobs: doomed.length };
}

function storedFiles(folder: string): readonly { readonly path: string; readonly name: string }[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => ({ path: join(entry.parentPath, entry.name), name: entry.name }));
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
