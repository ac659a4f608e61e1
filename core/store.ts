import type { ActionRecord, Digest, FileEntry } from './types.ts';

/** Raised when ActionRecord changes its form: what older programs kept is then no longer read. */
export const recordFormat = 1;

export type MaybePromise<T> = T | Promise<T>;

/**
 * Where results are kept: records by fingerprint and blobs by content. A local store answers at once, a remote one may
 * answer with a promise; nothing is awaited that need not be.
 */
export interface Store {
  readonly name: string;
  /** The record of a fingerprint, if every blob it names is there in full length. */
  find(fingerprint: Digest): MaybePromise<ActionRecord | null>;
  /** Whether every blob is there in full length. */
  holds(files: readonly FileEntry[]): MaybePromise<boolean>;
  /** Takes a file in; with `move` the file may be gone afterwards. The entry's path is the one given. */
  takeFile(path: string, source: string, move: boolean): MaybePromise<FileEntry>;
  /** Writes a blob's contents to a new file, checking them; a missing or damaged blob is dropped and reported as false. */
  putFile(entry: FileEntry, destination: string): MaybePromise<boolean>;
  /** The contents of a blob, checked; null when missing or damaged. */
  read(entry: FileEntry): MaybePromise<Buffer | null>;
  /** Keeps a record; its blobs must have been taken in before. `durable`: also against a power cut. */
  keep(record: ActionRecord, durable: boolean): MaybePromise<void>;
}

/** Whether a parsed file holds a record that this program can read. */
export function isRecord(value: unknown): value is ActionRecord {
  const { format, fingerprint, outputs, items, detail, warnings } = (value ?? {}) as Partial<ActionRecord>;
  return (
    format === recordFormat &&
    typeof fingerprint === 'string' &&
    Object.values(outputs ?? { missing: null }).every((artifact) => Array.isArray(artifact?.files)) &&
    typeof items === 'object' &&
    Array.isArray(detail) &&
    Array.isArray(warnings)
  );
}

/** Every blob a record names. */
export function blobsOf({ outputs, log }: ActionRecord): readonly FileEntry[] {
  const blobs: FileEntry[] = [];
  for (const { files } of Object.values(outputs)) for (const file of files) blobs.push(file);
  if (log !== null) blobs.push(log);
  return blobs;
}
