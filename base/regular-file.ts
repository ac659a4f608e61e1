import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';

/**
 * The contents of a file of our own state, or null if there is none: never through a link, and never from a pipe or a device,
 * which could block for good.
 */
export function readRegularFile(path: string): Buffer | null {
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch {
    return null;
  }
  try {
    return fstatSync(file).isFile() ? readFileSync(file) : null;
  } catch {
    return null;
  } finally {
    closeSync(file);
  }
}
