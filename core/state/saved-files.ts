import type { Stats } from 'node:fs';
import { entryAt } from '../../base/entry-at.ts';
import { bestEffort } from '../../base/json-file.ts';
import { isJsonObject } from '../../base/json.ts';
import { readSealed, writeSealed } from '../../base/sealed.ts';
import { isFileEntry } from '../contracts/record.ts';
import type { FileEntry } from '../contracts/types.ts';
import type { Layout } from './layout.ts';

/** A copy of a result that this program wrote: of what, and how it was found after that. */
export interface SavedFile {
  /** Of the action. */
  readonly label: string;
  /** Its path is that of the copy, relative to the project. */
  readonly entry: FileEntry;
  readonly inode: number;
  /** ms since 1970, as in `FileDigests`. */
  readonly modified: number;
  readonly changed: number;
}

/** The copies by path. Without the file, copies are compared with the results once. */
export function readSaved({ saved }: Layout): Map<string, SavedFile> {
  const stored = readSealed(saved, what);
  const files = isJsonObject(stored) && Array.isArray(stored['files']) ? stored['files'] : [];
  return new Map(files.filter(isSavedFile).map((file) => [file.entry.path, file]));
}

export function writeSaved({ saved }: Layout, files: ReadonlyMap<string, SavedFile>): void {
  bestEffort(() => {
    writeSealed(saved, what, { files: [...files.values()] });
  });
}

/** The copy as it is now; null if there is no file. */
export function savedAs(label: string, entry: FileEntry, absolute: string): SavedFile | null {
  const stat = entryAt(absolute);
  if (stat?.isFile() !== true) return null;
  return { label, entry, ...marksOf(stat) };
}

/** Whether nothing has changed the copy since it was written, as far as that can be seen without reading it. */
export function isUntouched({ entry, ...marks }: SavedFile, absolute: string): boolean {
  const stat = entryAt(absolute);
  if (stat?.isFile() !== true || stat.size !== entry.size) return false;
  const { inode, modified, changed } = marksOf(stat);
  return marks.inode === inode && marks.modified === modified && marks.changed === changed;
}

const what = 'saved';

function marksOf({ ino, mtimeMs, ctimeMs }: Stats): Pick<SavedFile, 'inode' | 'modified' | 'changed'> {
  return { inode: ino, modified: mtimeMs, changed: ctimeMs };
}

function isSavedFile(value: unknown): value is SavedFile {
  if (!isJsonObject(value)) return false;
  const { label, entry, inode, modified, changed } = value;
  return typeof label === 'string' && isFileEntry(entry) && [inode, modified, changed].every(Number.isFinite);
}
