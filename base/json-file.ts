import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { threadId } from 'node:worker_threads';
import { inFolder } from './in-folder.ts';

let counter = 0;

/** The parsed contents of a JSON file, or null if it does not exist or is not JSON. */
export function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return null;
  }
}

/** Writes beside the file and renames: readers see the old contents or the new, never half. */
export function writeFileAtomically(path: string, contents: string | Uint8Array): void {
  const temporary = `${path}.${process.pid}.${threadId}.${counter++}.tmp`;
  inFolder(path, () => {
    writeFileSync(temporary, contents);
  });
  renameSync(temporary, path);
}

/** Writes a file that is only a copy or a hint: on a full or read-only disk the work continues without it. */
export function bestEffort(write: () => void): void {
  try {
    write();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
  }
}
