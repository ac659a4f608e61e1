import type { ActionRecord, FileEntry } from './types.ts';
import type { Digest } from '../../base/digest.ts';

export type MaybePromise<T> = T | Promise<T>;

/**
 * The store of results: records by fingerprint and blobs by content. A local store answers at once, a remote one may answer
 * with a promise; callers await only promises.
 */
export interface Store {
  readonly name: string;
  readonly find: (fingerprint: Digest) => MaybePromise<ActionRecord | null>;
  readonly holds: (files: readonly FileEntry[]) => MaybePromise<boolean>;
  readonly takeFile: (path: string, source: string, move: boolean) => MaybePromise<FileEntry>;
  readonly putFile: (entry: FileEntry, destination: string) => MaybePromise<boolean>;
  readonly read: (entry: FileEntry) => MaybePromise<Buffer | null>;
  readonly keep: (record: ActionRecord, durable: boolean) => MaybePromise<void>;
}

/** Every blob a record names. */
export function blobsOf({ outputs, log }: ActionRecord): readonly FileEntry[] {
  const blobs: FileEntry[] = [];
  for (const { files } of Object.values(outputs)) for (const file of files) blobs.push(file);
  if (log !== null) blobs.push(log);
  return blobs;
}
