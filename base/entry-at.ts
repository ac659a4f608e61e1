import type { Stats } from 'node:fs';
import { lstatSync } from 'node:fs';

/** What is at a path, links not followed; null if there is nothing, also because a folder on the way is none. */
export function entryAt(path: string): Stats | null {
  try {
    return lstatSync(path);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ELOOP'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw error;
  }
}
