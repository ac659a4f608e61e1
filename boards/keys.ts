import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { link, mkdir, open, unlink, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Refusal } from '../base/refusal.ts';

/** The secret shared by all boards of a cluster and their clients: 32 random bytes. */
export type ClusterKey = Uint8Array;

const keyBytes = 32;

export function makeKey(): ClusterKey {
  return randomBytes(keyBytes);
}

/** A key as text: 64 hexadecimal digits. */
export function encodeKey(key: ClusterKey): string {
  return Buffer.from(key).toString('hex');
}

/** Reads the text of a key, with or without a line ending (LF or CRLF); refuses anything else with `auth/key-file`. */
export function parseKey(text: string, what: string): ClusterKey {
  if (/^[0-9a-f]{64}(\r?\n)?$/.test(text)) return Buffer.from(text.slice(0, 64), 'hex');
  throw new Refusal(
    'auth/key-file',
    `${what} is not 64 hexadecimal digits (0-9, a-f)`,
    'copy the key of the cluster again, or make a new one',
  );
}

/** Makes a key file that only its owner can read; refuses (`auth/key-file`) if the file exists or cannot be written. */
export async function writeNewKey(path: string): Promise<ClusterKey> {
  const key = await placeKey(path).catch((error: unknown) => {
    throw unusable(path, 'written', error);
  });
  if (key !== null) return key;
  throw new Refusal(
    'auth/key-file',
    `${path} exists already`,
    'every board with the old key would need the new one; remove the file to replace it',
  );
}

/** The key in this file, which is made if it is missing; several processes may call this at once. */
export async function readOrMakeKey(path: string): Promise<ClusterKey> {
  return (await placeKey(path)) ?? (await readKey(path));
}

/** Reads a key file; refuses (`auth/key-file`) one that is missing or unreadable, that others can read, or that is not a key. */
export async function readKey(path: string): Promise<ClusterKey> {
  try {
    // Opening a pipe would wait for someone who writes to it.
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const stat = await file.stat();
      if (!stat.isFile())
        throw new Refusal(
          'auth/key-file',
          `${path} is not a regular file`,
          'name the file that holds the key',
        );
      if ((stat.mode & 0o077) !== 0)
        throw new Refusal('auth/key-file', `${path} can be read by others`, `chmod 600 ${path}`);

      return parseKey(await file.readFile('utf8'), path);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof Refusal) throw error;
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw unusable(path, 'read', error);
    throw new Refusal(
      'auth/key-file',
      `there is no key file ${path}`,
      '`pipeline boards keygen` makes one for the cluster',
    );
  }
}

function unusable(path: string, what: 'read' | 'written', error: unknown): Refusal {
  return new Refusal(
    'auth/key-file',
    `the key file ${path} cannot be ${what}: ${(error as Error).message}`,
    '`key` in `tools: {boards: …}` of pipeline.yaml says where it is',
  );
}

/** Writes a new key, or returns null if the file exists. No reader sees a part of it, since it is linked when it is complete. */
async function placeKey(path: string): Promise<ClusterKey | null> {
  const key = makeKey();
  const incoming = `${path}.${randomBytes(6).toString('hex')}`;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(incoming, `${encodeKey(key)}\n`, { flag: 'wx', mode: 0o600, flush: true });
  try {
    await link(incoming, path);
    return key;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return null;
  } finally {
    await unlink(incoming);
  }
}
