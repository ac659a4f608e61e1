import { constants as limits } from 'node:buffer';
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';

/**
 * Opens a file of our own state; null if there is none that may be opened: never through a link, and never a pipe or a device,
 * which could block for good. The caller closes it.
 */
export function openRegularFile(path: string, access = constants.O_RDONLY): number | null {
  let file: number;
  try {
    file = openSync(path, access | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch {
    return null;
  }
  if (fstatSync(file).isFile()) return file;
  closeSync(file);
  return null;
}

/** The contents of a file of our own state; null as of `openRegularFile`, or if the disk refuses. */
export function readRegularFile(path: string): Buffer | null {
  return readUpTo(limits.MAX_LENGTH, path);
}

/** As `readRegularFile`, in UTF-8; null also for a file that is larger than a text may be, which none of ours is. */
export function readRegularText(path: string): string | null {
  return readUpTo(limits.MAX_STRING_LENGTH, path)?.toString('utf8') ?? null;
}

/** `most` in bytes: a larger file is not read. */
function readUpTo(most: number, path: string): Buffer | null {
  const file = openRegularFile(path);
  if (file === null) return null;
  try {
    return fstatSync(file).size > most ? null : readFileSync(file);
  } catch {
    return null;
  } finally {
    closeSync(file);
  }
}
