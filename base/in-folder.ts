import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/** Runs `make`, which creates a file, and creates its folder only if it is missing: it nearly always exists. */
export function inFolder(path: string, make: () => void): void {
  try {
    make();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    mkdirSync(dirname(path), { recursive: true });
    make();
  }
}
