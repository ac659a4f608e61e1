import { randomBytes } from 'node:crypto';
import { open } from 'node:fs/promises';
import { Refusal } from '../onnx/refusal.ts';

/** The secret that all boards of a cluster and their clients share: 32 random bytes. */
export type ClusterKey = Uint8Array;

export const keyBytes = 32;

export function makeKey(): ClusterKey {
  return randomBytes(keyBytes);
}

/** A key as text: 64 hexadecimal digits. */
export function encodeKey(key: ClusterKey): string {
  return Buffer.from(key).toString('hex');
}

/** Reads the text of a key, with or without an end of line; refuses anything else with `auth/key-file`. */
export function parseKey(text: string, what: string): ClusterKey {
  if (/^[0-9a-f]{64}\n?$/.test(text)) return Buffer.from(text.slice(0, 64), 'hex');
  throw new Refusal(
    'auth/key-file',
    `${what} is not 64 hexadecimal digits`,
    'make a new key for the cluster',
  );
}

/** Makes a key file that only its owner can read; refuses (`auth/key-file`) to replace one. */
export async function writeNewKey(path: string): Promise<ClusterKey> {
  const key = makeKey();
  try {
    const file = await open(path, 'wx', 0o600);
    try {
      await file.writeFile(`${encodeKey(key)}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new Refusal(
      'auth/key-file',
      `${path} exists already`,
      'every board that has the old key would have to get the new one; remove the file if you want that',
    );
  }
  return key;
}

/** Reads a key file; refuses (`auth/key-file`) a missing one, one that others can read, and what is not a key. */
export async function readKey(path: string): Promise<ClusterKey> {
  try {
    const file = await open(path, 'r');
    try {
      const { mode } = await file.stat();
      if ((mode & 0o077) !== 0) {
        throw new Refusal('auth/key-file', `${path} can be read by others`, `chmod 600 ${path}`);
      }
      return parseKey(await file.readFile('utf8'), path);
    } finally {
      await file.close();
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new Refusal('auth/key-file', `there is no key file ${path}`, 'make one for the cluster');
  }
}
