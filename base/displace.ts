import { lstatSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { removeTree } from './remove-tree.ts';

/**
 * Runs `make`, which creates a file of our own state, and once more after making room for it: its folder is created if it is
 * missing; a folder in the place of the file, or anything else in the place of its folder, is damage and is deleted.
 */
export function displacing(path: string, make: () => void): void {
  try {
    make();
  } catch (error) {
    if (!isInTheWay(error)) throw error;
    makeRoom(path);
    make();
  }
}

/** Whether an error says that something is missing from a path, or is in its way. */
export function isInTheWay(error: unknown): boolean {
  return inTheWay.includes((error as NodeJS.ErrnoException).code ?? '');
}

const inTheWay = ['ENOENT', 'ENOTDIR', 'EISDIR', 'EEXIST', 'ENOTEMPTY', 'ELOOP'];

function makeRoom(path: string): void {
  const folder = dirname(path);
  if (lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() === false) removeTree(folder);
  mkdirSync(folder, { recursive: true });
  if (lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true) removeTree(path);
}
