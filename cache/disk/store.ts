import { createHash } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  fdatasyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { Store } from '../../core/contracts/store.ts';
import { blobsOf } from '../../core/contracts/store.ts';
import type { Digest } from '../../base/digest.ts';
import { sha256 } from '../../base/digest.ts';
import type { FileEntry } from '../../core/contracts/types.ts';
import { inFolder } from '../../base/in-folder.ts';
import { readRecord } from './record-file.ts';

/**
 * Records in `ac/`, blobs in `cas/`, both by the first two letters. Everything is written to a temporary file and renamed,
 * blobs before the record that names them, so that readers and a second writer never see a partial file. `now` in ms since
 * 1970.
 */
export function diskStore(root: string, now: () => number): Store {
  let counter = 0;
  const blobPath = (digest: Digest) => join(root, 'cas', digest.slice(0, 2), digest);
  const recordPath = (fingerprint: Digest) => join(root, 'ac', fingerprint.slice(0, 2), fingerprint);
  const temporary = () => join(root, 'tmp', `${process.pid}.${counter++}`);
  const place = (from: string, to: string) => {
    inFolder(to, () => {
      renameSync(from, to);
    });
  };
  /** Marks it as used now, which protects it from being collected. */
  const touched = (path: string): void => {
    const used = new Date(now());
    try {
      utimesSync(path, used, used);
    } catch {
      // Only a hint, and not permitted in a cache that belongs to another user.
    }
  };
  const isWhole = ({ digest, size }: FileEntry) =>
    statSync(blobPath(digest), { throwIfNoEntry: false })?.size === size;
  return {
    name: 'disk',
    find(fingerprint) {
      const record = readRecord(recordPath(fingerprint));
      if (record?.fingerprint !== fingerprint) return null;
      if (!blobsOf(record).every(isWhole)) return null;
      touched(recordPath(fingerprint));
      return record;
    },
    holds: (files) => files.every(isWhole),
    takeFile(path, source, move) {
      const { mode } = statSync(source);
      const copy = temporary();
      inFolder(copy, () => {
        if (move) renameSync(source, copy);
        else copyFileSync(source, copy, constants.COPYFILE_FICLONE);
      });
      const { digest, size } = digested(copy, null);
      const entry: FileEntry = { path, digest, size, ...((mode & 0o100) === 0 ? {} : { executable: true }) };
      if (isWhole(entry)) {
        touched(blobPath(digest));
        rmSync(copy);
      } else {
        chmodSync(copy, 0o444);
        touched(copy);
        place(copy, blobPath(digest));
      }
      return entry;
    },
    putFile(entry, destination) {
      mkdirSync(dirname(destination), { recursive: true });
      const source = blobPath(entry.digest);
      if (!existsSync(source)) return false;
      const { digest } = digested(source, destination);
      if (digest !== entry.digest) {
        rmSync(source, { force: true });
        rmSync(destination, { force: true });
        return false;
      }
      if (entry.executable === true) chmodSync(destination, 0o755);
      return true;
    },
    read(entry) {
      if (!isWhole(entry)) return null;
      const contents = readFileSync(blobPath(entry.digest));
      if (sha256(contents) === entry.digest) return contents;
      rmSync(blobPath(entry.digest), { force: true });
      return null;
    },
    keep(record, durable) {
      const draft = temporary();
      inFolder(draft, () => {
        writeFileSync(draft, JSON.stringify(record));
      });
      if (durable)
        for (const path of [...blobsOf(record).map(({ digest }) => blobPath(digest)), draft]) flushed(path);
      place(draft, recordPath(record.fingerprint));
    },
  };
}

/** Digest and size of a file, copied on the way if a destination is given. */
function digested(
  source: string,
  destination: string | null,
): { readonly digest: Digest; readonly size: number } {
  const hash = createHash('sha256');
  const input = openSync(source, 'r');
  const output = destination === null ? null : openSync(destination, 'wx');
  const buffer = Buffer.allocUnsafe(Math.max(4096, Math.min(statSync(source).size, 1 << 20)));
  let size = 0;
  try {
    for (let read = readSync(input, buffer); read > 0; read = readSync(input, buffer)) {
      hash.update(buffer.subarray(0, read));
      if (output !== null)
        for (let from = 0; from < read;) from += writeSync(output, buffer, from, read - from);
      size += read;
    }
  } finally {
    closeSync(input);
    if (output !== null) closeSync(output);
  }
  return { digest: hash.digest('hex'), size };
}

function flushed(path: string): void {
  const file = openSync(path, 'r');
  try {
    fdatasyncSync(file);
  } finally {
    closeSync(file);
  }
}
