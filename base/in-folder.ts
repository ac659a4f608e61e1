import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/** Does something that makes a file, and makes its folder only where it is missing: it nearly always is there. */
export function inFolder(path: string, make: () => void): void {
  try {
    make();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    mkdirSync(dirname(path), { recursive: true });
    make();
  }
}
