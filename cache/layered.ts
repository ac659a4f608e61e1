import { rmSync } from 'node:fs';
import type { Diagnostic } from '../base/diagnostic.ts';
import type { SharedAmount } from '../core/contracts/events.ts';
import type { MaybePromise, Store } from '../core/contracts/store.ts';
import { blobsOf } from '../core/contracts/store.ts';
import type { ActionRecord, FileEntry } from '../core/contracts/types.ts';
import { after } from './after.ts';
import type { RemoteCache } from './http/remote.ts';

/** A store on this machine in front of one that others share. */
export interface LayeredStore extends Store {
  /** Ends when everything that was kept has been sent, or cannot be. */
  readonly settle: () => Promise<void>;
  /** Closes the connections to the other store. */
  readonly close: () => void;
  /** What came from the other store and went there so far. */
  readonly traffic: () => Traffic;
}

export interface Traffic {
  readonly fetched: SharedAmount;
  readonly sent: SharedAmount;
  /** Results that could not be sent, or still have to be. */
  readonly unsent: number;
  /** Warnings about the other store. */
  readonly diagnostics: readonly Diagnostic[];
}

export interface LayeredOptions {
  /** Sends what this machine makes. */
  readonly writes: boolean;
  /** A path for a temporary file, on the disk of the local store. */
  readonly temporary: () => string;
}

/**
 * Everything is in the local store; what it lacks is looked for in the remote one, and then is in both. A result counts only when all
 * of its blobs have arrived. Without an answer of the remote store, this is the local one.
 */
export function layeredStore(
  local: Store,
  remote: RemoteCache,
  { writes, temporary }: LayeredOptions,
): LayeredStore {
  const fetched = { results: 0, bytes: 0 };
  const sent = { results: 0, bytes: 0 };
  let unsent = 0;
  let sending = Promise.resolve();

  const fetchBlob = async (entry: FileEntry): Promise<boolean> => {
    const path = temporary();
    try {
      if (!(await remote.fetch(entry, path))) return false;
      fetched.bytes += entry.size;
      return (await local.takeFile(entry.path, path, true))?.digest === entry.digest;
    } finally {
      rmSync(path, { force: true });
    }
  };
  const fetchRecord = async (fingerprint: string): Promise<ActionRecord | null> => {
    const record = await remote.record(fingerprint);
    if (record === null) return null;
    const isHere = await inParallel(blobsOf(record), async (entry) =>
      (await local.holds([entry])) ? true : fetchBlob(entry),
    );
    if (!isHere) return null;
    await local.keep(record, { durable: false, shared: false });
    fetched.results += 1;
    return record;
  };
  const sendRecord = async (record: ActionRecord): Promise<void> => {
    const isThere = await inParallel(blobsOf(record), (entry) => sendBlob(entry));
    if (!isThere || !(await remote.keep(record))) return;
    sent.results += 1;
    unsent -= 1;
  };
  const sendBlob = async (entry: FileEntry): Promise<boolean> => {
    const path = temporary();
    try {
      return await remote.send(entry, async () => {
        if (!(await local.putFile(entry, path))) return null;
        sent.bytes += entry.size;
        return path;
      });
    } finally {
      rmSync(path, { force: true });
    }
  };
  const orFetched = <T>(answer: MaybePromise<T>, isMiss: (value: T) => boolean, fetch: () => Promise<T>) =>
    after(answer, (value): MaybePromise<T> => (isMiss(value) && !remote.isClosed('read') ? fetch() : value));
  return {
    name: `${local.name} and remote`,
    find: (fingerprint) =>
      orFetched(
        local.find(fingerprint),
        (record) => record === null,
        () => fetchRecord(fingerprint),
      ),
    holds: local.holds,
    takeFile: local.takeFile,
    putFile: (entry, destination) =>
      orFetched(
        local.putFile(entry, destination),
        (isDone) => !isDone,
        async () => (await fetchBlob(entry)) && local.putFile(entry, destination),
      ),
    read: (entry) =>
      orFetched(
        local.read(entry),
        (contents) => contents === null,
        async () => ((await fetchBlob(entry)) ? local.read(entry) : null),
      ),
    async keep(record, how) {
      await local.keep(record, how);
      if (!writes || !how.shared || remote.isClosed('write')) return;
      unsent += 1;
      sending = sending.then(() => sendRecord(record));
    },
    settle: () => sending,
    close: remote.close,
    traffic: () => ({ fetched, sent, unsent, diagnostics: remote.problems() }),
  };
}

/** Whether it holds for all, a few at a time, since each needs a file and a connection; stops at the first for which it does not. */
async function inParallel<T>(items: readonly T[], holds: (item: T) => Promise<boolean>): Promise<boolean> {
  const left = [...items];
  let isAll = true;
  const work = async (): Promise<void> => {
    for (let item = left.shift(); item !== undefined && isAll; item = left.shift())
      if (!(await holds(item))) isAll = false;
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return isAll;
}

const atOnce = 8;
