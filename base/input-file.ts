import { closeSync, constants, fstatSync, openSync, readFileSync, statSync } from 'node:fs';

/**
 * The contents of a regular file, in UTF-8; null for anything else. A pipe is not read: that would wait until someone
 * writes. Throws the error of the system if there is nothing, or nothing that may be read.
 */
export function readInputFile(path: string): string | null {
  // Opening a socket is an error, and a device may act on being opened.
  if (!statSync(path).isFile()) return null;
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    return fstatSync(file).isFile() ? readFileSync(file, 'utf8') : null;
  } finally {
    closeSync(file);
  }
}
