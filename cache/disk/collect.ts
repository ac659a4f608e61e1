import type { Digest } from '../../base/digest.ts';
import { blobsOf } from '../../core/contracts/store.ts';
import type { ActionRecord } from '../../core/contracts/types.ts';
import type { StoredFile } from './contents.ts';
import { blobsIn, leftoversIn, recordsIn } from './contents.ts';
import { cacheFolders } from './folders.ts';
import { readRecord } from './record-file.ts';
import { withdraw } from './withdraw.ts';

/** Anything used within this time is usually not collected, so that a concurrent run loses nothing. */
export const youngMilliseconds = 7 * 24 * 3600 * 1000;

/** What is deleted; null for no limit. */
export interface Limits {
  /** Bytes: the results that were unused for longest go until the others fit. */
  readonly size: number | null;
  /** Results that were unused for longer, in ms, go. At least `youngMilliseconds`. */
  readonly age: number | null;
  /** Whether results that were used a short time ago may go: only if no run uses the cache. */
  readonly spendsYoung: boolean;
}

/** What must stay. */
export interface Roots {
  readonly fingerprints: ReadonlySet<Digest>;
  /** Results that are known from elsewhere: their blobs are needed even if their records in the cache are gone. */
  readonly records: readonly ActionRecord[];
}

/** A number of results with the bytes of their files, each counted once. */
export interface Share {
  readonly results: number;
  readonly bytes: number;
}

export interface Collection {
  /** Bytes of all blobs before and after. */
  readonly before: number;
  readonly after: number;
  /** Numbers of deleted records and blobs. */
  readonly records: number;
  readonly blobs: number;
  /** Why the others stay: they are current, were used a short time ago, or are within the limits. */
  readonly kept: { readonly current: Share; readonly young: Share; readonly within: Share };
}

export interface CollectOptions {
  readonly limits: Limits;
  readonly roots: Roots;
  /** ms since 1970. */
  readonly now: number;
  /** Finds out what would be deleted, and deletes nothing. */
  readonly isDryRun: boolean;
}

/**
 * Deletes the results of the cache at `root` that are beyond the limits, and neither current nor, unless the limits say so, used a
 * short time ago; then the blobs that no result names. Safe while runs use the cache, unless it spends what they may use next.
 */
export function collect(root: string, options: CollectOptions): Collection {
  const { now, roots, isDryRun, limits } = options;
  const folders = cacheFolders(root);
  const isOld = ({ usedAt }: Pick<StoredFile, 'usedAt'>): boolean =>
    limits.spendsYoung || now - usedAt > youngMilliseconds;
  const isDeleted = (file: Pick<StoredFile, 'path' | 'usedAt'>): boolean =>
    isDryRun || withdraw(folders, file.path, ({ mtimeMs }) => mtimeMs === file.usedAt);
  const before = blobsIn(root);
  const { doomed, kept } = sorted(root, before, options);
  const deleted = new Set(doomed.filter(isDeleted).map(({ name }) => name));
  // Only now: a run may have kept another result meanwhile.
  const remaining = recordsIn(root).filter(({ name }) => !deleted.has(name));
  const needed = new Set<Digest>();
  for (const record of [...roots.records, ...remaining.map(({ path, name }) => readRecord(path, name))])
    if (record !== null) for (const { digest } of blobsOf(record)) needed.add(digest);
  const gone = before.filter((blob) => !needed.has(blob.name) && isOld(blob) && isDeleted(blob));
  for (const leftover of leftoversIn(root)) if (isOld(leftover)) isDeleted(leftover);
  const size = bytesOf(before);
  return {
    before: size,
    after: size - bytesOf(gone),
    records: deleted.size,
    blobs: gone.length,
    kept,
  };
}

/** Decides about every record, the most recently used ones first. */
function sorted(
  root: string,
  blobs: readonly StoredFile[],
  { limits, roots, now }: CollectOptions,
): { readonly doomed: readonly StoredFile[]; readonly kept: Collection['kept'] } {
  const sizes = new Map(blobs.map(({ name, size }) => [name, size]));
  const counted = new Set<Digest>();
  const addedBy = (record: ActionRecord): number => {
    let bytes = 0;
    for (const { digest } of blobsOf(record)) {
      if (!counted.has(digest)) bytes += sizes.get(digest) ?? 0;
      counted.add(digest);
    }
    return bytes;
  };
  const shares = { current: none, young: none, within: none };
  let total = 0;
  const keep = (why: keyof typeof shares, record: ActionRecord | null): void => {
    const bytes = record === null ? 0 : addedBy(record);
    total += bytes;
    const { results, bytes: sum } = shares[why];
    shares[why] = { results: results + 1, bytes: sum + bytes };
  };
  const records = recordsIn(root).map((file) => ({ file, record: readRecord(file.path, file.name) }));
  const isCurrent = ({ file }: (typeof records)[number]): boolean => roots.fingerprints.has(file.name);
  for (const each of records) if (isCurrent(each)) keep('current', each.record);
  for (const record of roots.records) total += addedBy(record);
  const doomed: StoredFile[] = [];
  for (const { file, record } of records
    .filter((each) => !isCurrent(each))
    .sort((a, b) => b.file.usedAt - a.file.usedAt)) {
    const age = now - file.usedAt;
    const isWithin = record !== null && total < (limits.size ?? Infinity) && age <= (limits.age ?? Infinity);
    if (!limits.spendsYoung && age <= youngMilliseconds) keep('young', record);
    else if (isWithin) keep('within', record);
    else doomed.push(file);
  }
  return { doomed, kept: shares };
}

const none: Share = { results: 0, bytes: 0 };

function bytesOf(files: readonly StoredFile[]): number {
  return files.reduce((sum, { size }) => sum + size, 0);
}
