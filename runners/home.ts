import { mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Job } from '../core/contracts/types.ts';

/** The folder for temporary files of a job, in its work directory. */
export function temporaryFolderOf({ directory }: Pick<Job, 'directory'>): string {
  return join(directory, 'tmp');
}

/**
 * Prepares what a process finds in its HOME, the work directory: a folder for temporary files, and links to what its
 * surroundings take over from the user's home.
 */
export function prepareHome({ directory, surroundings }: Pick<Job, 'directory' | 'surroundings'>): void {
  mkdirSync(temporaryFolderOf({ directory }), { recursive: true });
  for (const [path, target] of Object.entries(surroundings?.home ?? {})) {
    const link = join(directory, path);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(target, link);
  }
}
