import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import { isMachineFailure } from '../../base/machine-failure.ts';
import { blobsOf } from '../../core/contracts/store.ts';
import type { StoredFile } from './contents.ts';
import { blobsIn, recordsIn } from './contents.ts';
import { digestOf } from './file-digest.ts';
import { cacheFolders } from './folders.ts';
import { readRecord } from './record-file.ts';
import { withdraw } from './withdraw.ts';

/** A record or blob that was looked at, with what came out. */
export interface Verified {
  readonly type: 'record' | 'blob';
  /** Its fingerprint or digest. */
  readonly name: string;
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /**
   * `incomplete`: a record one of whose blobs is gone; its action would run again. `unreadable`: not by this user, or the disk
   * refuses.
   */
  readonly state: 'whole' | 'damaged' | 'incomplete' | 'unreadable';
  /** It was damaged, and this user may not delete it. */
  readonly isStuck: boolean;
}

/** How much there is to read, in bytes. */
export function bytesToVerify(root: string): number {
  return [...blobsIn(root), ...recordsIn(root)].reduce((sum, { size }) => sum + size, 0);
}

/** Reads every blob and then every record of the cache at `root`, and deletes those that are damaged. */
export function* verify(root: string): Generator<Verified> {
  const folders = cacheFolders(root);
  const remove = (path: string, inode: number): boolean =>
    withdraw(folders, path, ({ ino }) => ino === inode);
  const whole = new Map<string, number>();
  for (const blob of blobsIn(root)) {
    const { inode, isWhole } = digestIn(blob);
    if (isWhole === true) whole.set(blob.name, blob.size);
    yield verified('blob', blob, isWhole, inode, remove);
  }
  for (const file of recordsIn(root)) {
    const { inode, isReadable } = identityOf(file);
    const record = readRecord(file.path, file.name);
    const isThere =
      record !== null && blobsOf(record).every(({ digest, size }) => whole.get(digest) === size);
    if (record !== null && !isThere)
      yield {
        type: 'record',
        name: file.name,
        path: file.path,
        size: file.size,
        state: 'incomplete',
        isStuck: false,
      };
    else yield verified('record', file, isReadable ? record !== null : null, inode, remove);
  }
}

/** `isWhole`: null if it could not be read. */
function verified(
  type: Verified['type'],
  { name, path, size }: StoredFile,
  isWhole: boolean | null,
  inode: number,
  remove: (path: string, inode: number) => boolean,
): Verified {
  const about = { type, name, path, size };
  if (isWhole === null) return { ...about, state: 'unreadable', isStuck: false };
  if (isWhole) return { ...about, state: 'whole', isStuck: false };
  return { ...about, state: 'damaged', isStuck: !remove(path, inode) };
}

interface Judged {
  readonly inode: number;
  readonly isWhole: boolean | null;
}

function digestIn({ path, name }: StoredFile): Judged {
  return reading<Judged>(path, { inode: 0, isWhole: null }, (file) => ({
    inode: fstatSync(file).ino,
    isWhole: digestOf(file).digest === name,
  }));
}

interface Identity {
  readonly inode: number;
  readonly isReadable: boolean;
}

function identityOf({ path }: StoredFile): Identity {
  return reading<Identity>(path, { inode: 0, isReadable: false }, (file) => ({
    inode: fstatSync(file).ino,
    isReadable: true,
  }));
}

/** What `read` makes of an open file; `otherwise` if the system refuses to open or read it. */
function reading<T>(path: string, otherwise: T, read: (file: number) => T): T {
  let file: number | null = null;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    return read(file);
  } catch (error) {
    if (!isMachineFailure(error)) throw error;
    return otherwise;
  } finally {
    if (file !== null) closeSync(file);
  }
}
