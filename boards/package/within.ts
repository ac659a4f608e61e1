import { constants, open, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';

/**
 * The contents of a file in an untrusted folder: null if there is none, `outside` if links lead out of the folder or the
 * path is not a regular file, `larger` for more than `most` bytes. Never blocks, not even on a pipe.
 */
export async function readWithin(
  directory: string,
  path: string,
  most: number,
): Promise<Uint8Array | null | 'outside' | 'larger'> {
  const found = await orNull(Promise.all([realpath(directory), realpath(join(directory, path))]));
  if (found === null) return null;
  const [folder, file] = found;
  if (!file.startsWith(folder + sep)) return 'outside';
  const handle = await orNull(open(file, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW));
  if (handle === null) return null;
  try {
    const about = await handle.stat();
    if (!about.isFile()) return 'outside';
    return about.size > most ? 'larger' : await handle.readFile();
  } finally {
    await handle.close();
  }
}

async function orNull<T>(found: Promise<T>): Promise<T | null> {
  try {
    return await found;
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'ELOOP', 'ENXIO'].includes(code)) return null;
    throw error;
  }
}
