import { chmodSync, lstatSync, readdirSync, rmdirSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Deletes a file or a folder with its contents, even if a tool removed write permission from it; links are not followed. Node's
 * own `rmSync` makes twice the calls, and every action ends with it.
 */
export function removeTree(path: string): void {
  const entry = lstatSync(path, { throwIfNoEntry: false });
  if (entry === undefined) return;
  if (entry.isDirectory()) removeFolder(path);
  else
    gone(() => {
      unlinkSync(path);
    });
}

function removeFolder(folder: string): void {
  permitted(folder, () => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) removeFolder(path);
      else
        gone(() => {
          unlinkSync(path);
        });
    }
  });
  gone(() => {
    rmdirSync(folder);
  });
}

/** Works on the contents of a folder, and once more after making it writable. */
function permitted(folder: string, work: () => void): void {
  try {
    gone(work);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EACCES') throw error;
    chmodSync(folder, 0o700);
    work();
  }
}

/** What another process has deleted meanwhile is deleted. */
function gone(work: () => void): void {
  try {
    work();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
