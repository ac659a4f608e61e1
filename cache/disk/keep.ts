import {
  closeSync,
  fchmodSync,
  fdatasyncSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { blobsOf } from '../../core/contracts/store.ts';
import type { ActionRecord } from '../../core/contracts/types.ts';
import type { CacheFolders } from './folders.ts';
import { recordText } from '../record-text.ts';

/** Writes a record; `durable`: it and its blobs survive a power cut. */
export function keepRecord(folders: CacheFolders, record: ActionRecord, durable: boolean): void {
  if (durable) for (const { digest } of blobsOf(record)) flush(folders.blob(digest));
  placeText(folders, folders.record(record.fingerprint), recordText(record), durable);
}

/** Writes a text file of the cache, which whoever may look into the cache may read. */
export function placeText(folders: CacheFolders, path: string, text: string, durable: boolean): void {
  const draft = folders.temporary();
  try {
    write(folders, draft, text, durable);
    folders.making(path, () => {
      renameSync(draft, path);
    });
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}

function write({ root, making }: CacheFolders, path: string, text: string, durable: boolean): void {
  let file = -1;
  making(path, () => {
    file = openSync(path, 'wx', 0o600);
  });
  try {
    writeFileSync(file, text);
    fchmodSync(file, 0o600 | (statSync(root).mode & 0o444));
    if (durable) fdatasyncSync(file);
  } finally {
    closeSync(file);
  }
}

function flush(path: string): void {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    // Another user's, who has seen to it.
    if ((error as NodeJS.ErrnoException).code === 'EACCES') return;
    throw error;
  }
  try {
    fdatasyncSync(file);
  } finally {
    closeSync(file);
  }
}
