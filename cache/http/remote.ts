import type { Hash } from 'node:crypto';
import { createHash } from 'node:crypto';
import { closeSync, createReadStream, openSync, rmSync, writeFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { problem } from '../../base/diagnostic.ts';
import type { Digest } from '../../base/digest.ts';
import { inFolder } from '../../base/in-folder.ts';
import { isMachineFailure } from '../../base/machine-failure.ts';
import { Refusal } from '../../base/refusal.ts';
import { byteSize } from '../../base/units.ts';
import type { ActionRecord, FileEntry } from '../../core/contracts/types.ts';
import { recordIn, recordText } from '../record-text.ts';
import { createCircuit } from './circuit.ts';
import type { FileServer } from './server.ts';

/**
 * Results on a server, laid out as the HTTP caches of build tools are: `ac/<fingerprint>` is a record, `cas/<sha256>` is a blob. What is
 * read is checked; what does not answer, or answers wrongly, is as if it held nothing.
 */
export interface RemoteCache {
  /** The record of a fingerprint, which says nothing about its blobs; null if there is none. */
  readonly record: (fingerprint: Digest) => Promise<ActionRecord | null>;
  /** Writes a blob to a new file; false, without a file, if it is not there as it should be. */
  readonly fetch: (entry: FileEntry, destination: string) => Promise<boolean>;
  /** Sends a blob from a file, unless it is there already; false if the server did not take it. */
  readonly send: (entry: FileEntry, source: () => Promise<string | null>) => Promise<boolean>;
  /** Sends a record, whose blobs are there. */
  readonly keep: (record: ActionRecord) => Promise<boolean>;
  /** Whether it is not asked for anything, or given anything, any more. */
  readonly isClosed: (direction: 'read' | 'write') => boolean;
  /** Warnings about what the server did. */
  readonly problems: () => readonly Diagnostic[];
  readonly close: () => void;
}

export function remoteCache(server: FileServer): RemoteCache {
  const reading = createCircuit(failuresInARow, 'this run goes on without its results');
  const writing = createCircuit(failuresInARow, 'the results of this run stay on this machine');
  const damaged = new Set<Digest>();
  let tooLarge: number | null = null;
  return {
    async record(fingerprint) {
      const text = await reading.ask(() =>
        server.get(`ac/${fingerprint}`, recordBytes, (contents) => textOf(contents, recordBytes)),
      );
      return text === null ? null : recordIn(text, fingerprint);
    },
    async fetch(entry, destination) {
      const digest = await reading.ask(() =>
        server.get(`cas/${entry.digest}`, entry.size, (contents) =>
          written(contents, destination, entry.size),
        ),
      );
      if (digest === entry.digest) return true;
      if (typeof digest === 'string') damaged.add(entry.digest);
      rmSync(destination, { force: true });
      if (digest instanceof Error) throw digest;
      return false;
    },
    async send({ digest, size }, source) {
      const isSent = await writing.ask(async () => {
        if (!damaged.has(digest) && (await server.has(`cas/${digest}`, size))) return true;
        const path = await source();
        if (path === null) return false;
        const isTaken = await server.put(`cas/${digest}`, size, createReadStream(path));
        if (isTaken) damaged.delete(digest);
        else tooLarge = size;
        return isTaken;
      });
      return isSent === true;
    },
    async keep(record) {
      const text = Buffer.from(recordText(record));
      const path = `ac/${record.fingerprint}`;
      return (await writing.ask(() => server.put(path, text.length, Readable.from([text])))) === true;
    },
    isClosed: (direction) => (direction === 'read' ? reading : writing).isOpen(),
    problems: () => [
      ...[reading, writing].flatMap((circuit) => circuit.problem() ?? []),
      ...(tooLarge === null ? [] : [takesNoSuchFile(tooLarge)]),
    ],
    close: server.close,
  };
}

/** A record of tens of thousands of files is smaller. */
const recordBytes = 16 << 20;
const failuresInARow = 3;

async function textOf(contents: AsyncIterable<Buffer>, limit: number): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of counted(contents, limit)) pieces.push(piece);
  return Buffer.concat(pieces).toString('utf8');
}

/**
 * Writes a new file, readable for its owner only, and returns the digest of what it wrote. An error of the disk is returned too: the
 * server is not to blame.
 */
async function written(
  contents: AsyncIterable<Buffer>,
  destination: string,
  limit: number,
): Promise<Digest | Error> {
  const hash = createHash('sha256');
  let file = -1;
  const trouble = ofDisk(() => {
    inFolder(destination, () => {
      file = openSync(destination, 'wx', 0o600);
    });
  });
  if (trouble !== null) return trouble;
  try {
    for await (const piece of counted(contents, limit, hash)) {
      const full = ofDisk(() => {
        writeFileSync(file, piece);
      });
      if (full !== null) return full;
    }
  } finally {
    closeSync(file);
  }
  return hash.digest('hex');
}

function ofDisk(write: () => void): Error | null {
  try {
    write();
    return null;
  } catch (error) {
    if (!isMachineFailure(error)) throw error;
    return error;
  }
}

/** The same pieces, counted and digested on the way. */
async function* counted(contents: AsyncIterable<Buffer>, limit: number, hash?: Hash): AsyncIterable<Buffer> {
  let size = 0;
  for await (const piece of contents) {
    size += piece.length;
    if (size > limit) throw tooLong(limit);
    hash?.update(piece);
    yield piece;
  }
}

function takesNoSuchFile(size: number): Diagnostic {
  const message = `the remote cache takes no file of ${byteSize(size)} (status 413)`;
  const hint = 'raise its limit, in nginx client_max_body_size';
  return { ...problem('cache/remote-too-large', message, { hint }), severity: 'warning' };
}

function tooLong(limit: number): Refusal {
  return new Refusal('cache/remote-failed', `the remote cache sends more than the ${limit} bytes asked for`);
}
