import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { FileEntry } from '../contracts/types.ts';
import { digestOfFile } from '../../base/digest-of-file.ts';
import { bestEffort } from '../../base/json-file.ts';
import { isJsonObject } from '../../base/json.ts';
import { readSealed, writeSealed } from '../../base/sealed.ts';
import { isDigest } from '../contracts/record.ts';
import type { Layout } from './layout.ts';

interface Known {
  readonly inode: number;
  readonly size: number;
  /** ms since 1970, to some hundred ns: whole nanoseconds would need big integers, which are slow to read. */
  readonly modified: number;
  /** In the same unit; unlike the modification time, no program can set it back. */
  readonly changed: number;
  readonly digest: string;
}

/**
 * Digests of the project's own files, remembered by inode, size and time stamps. As in git's index, an entry whose file
 * changed just before it was recorded is not trusted: a later write could have the same time stamp.
 */
export interface FileDigests {
  readonly entry: (path: string) => FileEntry | null;
  /** Called when a file did not have the digest that it was thought to have: it is read again next time. */
  readonly forget: (path: string) => void;
  /** Whether something is not saved. */
  readonly hasNews: () => boolean;
  readonly save: () => void;
}

/** File systems have time stamps in steps of up to some ms, kernels in ticks; two seconds covers FAT too. */
const racyMilliseconds = 2_000;

export function openFileDigests(layout: Layout, now: () => number): FileDigests {
  const known = readKnown(layout);
  let isDirty = false;
  return {
    entry(path) {
      const absolute = join(layout.project, path);
      const stat = statSync(absolute, { throwIfNoEntry: false });
      if (stat === undefined || !stat.isFile()) return null;
      const executable = (stat.mode & 0o100) === 0 ? {} : ({ executable: true } as const);
      const { ino: inode, size, mtimeMs: modified, ctimeMs: changed } = stat;
      const before = known.get(path);
      if (
        before !== undefined &&
        before.inode === inode &&
        before.size === size &&
        before.modified === modified &&
        before.changed === changed
      )
        return { path, digest: before.digest, size, ...executable };
      const digest = digestOfFile(absolute);
      if (now() - Math.max(modified, changed) > racyMilliseconds) {
        known.set(path, { inode, size, modified, changed, digest });
        isDirty = true;
      }
      return { path, digest, size, ...executable };
    },
    forget(path) {
      isDirty = known.delete(path) || isDirty;
    },
    hasNews: () => isDirty,
    save() {
      if (!isDirty) return;
      bestEffort(() => {
        writeSealed(layout.fileDigests, what, Object.fromEntries(known));
      });
      isDirty = false;
    },
  };
}

const what = 'files';

function readKnown({ fileDigests }: Layout): Map<string, Known> {
  const stored = readSealed(fileDigests, what);
  const usable = Object.entries(isJsonObject(stored) ? stored : {}).filter(
    (entry): entry is [string, Known & (typeof entry)[1]] => isKnown(entry[1]),
  );
  return new Map(usable);
}

function isKnown(value: unknown): value is Known {
  if (!isJsonObject(value)) return false;
  const { inode, size, modified, changed, digest } = value;
  return [inode, size, modified, changed].every(Number.isFinite) && isDigest(digest);
}
