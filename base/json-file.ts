import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { inFolder } from './in-folder.ts';
import { randomHex } from './random-hex.ts';

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
  const temporary = temporaryBeside(path);
  inFolder(path, () => {
    writeFileSync(temporary, contents, { flag: 'wx' });
  });
  try {
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** A path for a temporary file in the folder of another: no one can know the name beforehand and put a link there. */
function temporaryBeside(path: string): string {
  return `${path}.${randomHex(8)}.tmp`;
}

/** Writes a file that is only a copy or a hint: on a full or read-only disk the work continues without it. */
export function bestEffort(write: () => void): void {
  try {
    write();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
  }
}
