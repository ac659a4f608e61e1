import type { ActionRecord, FileEntry } from './types.ts';
import type { Digest } from '../../base/digest.ts';

export type MaybePromise<T> = T | Promise<T>;

/**
 * The store of results: records by fingerprint and blobs by content. A local store answers at once, a remote one may answer
 * with a promise; callers await only promises. What stops it is thrown as the error of a system call.
 */
export interface Store {
  readonly name: string;
  /** The record of a fingerprint, marked as used; null unless every blob that it names is there in full length. */
  readonly find: (fingerprint: Digest) => MaybePromise<ActionRecord | null>;
  /** Whether every blob is there in full length. */
  readonly holds: (files: readonly FileEntry[]) => MaybePromise<boolean>;
  /**
   * Stores the contents of a file; null if they changed meanwhile. `move`: the source will be deleted, so that it may become the
   * blob. It does so only if no other name and no other user could still change it, and stays where it is until then.
   */
  readonly takeFile: (path: string, source: string, move: boolean) => MaybePromise<FileEntry | null>;
  /** Writes a blob to a new file, accessible to no more users than its source; false, with no file, if it is gone or damaged. */
  readonly putFile: (entry: FileEntry, destination: string) => MaybePromise<boolean>;
  /** The contents of a blob; null if it is gone or damaged. */
  readonly read: (entry: FileEntry) => MaybePromise<Buffer | null>;
  /** Keeps a record, whose blobs are stored. */
  readonly keep: (record: ActionRecord, how: Keeping) => MaybePromise<void>;
}

export interface Keeping {
  /** Also after a power cut. */
  readonly durable: boolean;
  /** Of use to others: not what acted on the world, of which only the last receipt counts. */
  readonly shared: boolean;
}

/** Every blob a record names. */
export function blobsOf({ outputs, log }: ActionRecord): readonly FileEntry[] {
  const blobs: FileEntry[] = [];
  for (const { files } of Object.values(outputs)) for (const file of files) blobs.push(file);
  if (log !== null) blobs.push(log);
  return blobs;
}
