import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { sha256 } from '../../base/digest.ts';
import { Refusal } from '../../base/refusal.ts';
import type { PackageDescription } from './format.ts';
import { encodeDescription, packageIdentity, parseDescription } from './format.ts';
import { readWithin } from './within.ts';

/** A package in memory, every payload file verified against its description. */
export interface Package {
  readonly id: string;
  readonly description: PackageDescription;
  /** The exact bytes of `package.json`, whose sha256 is the id. */
  readonly descriptionBytes: Uint8Array;
  readonly payload: ReadonlyMap<string, Uint8Array>;
}

/** Makes a package of payload files and describes them. */
export function makePackage(
  about: Omit<PackageDescription, 'format' | 'files'>,
  payload: ReadonlyMap<string, Uint8Array>,
): Package {
  const files = [...payload].map(([path, bytes]) => ({ path, sha256: sha256(bytes), size: bytes.length }));
  const descriptionBytes = encodeDescription({ ...about, format: 1, files });
  return {
    id: packageIdentity(descriptionBytes),
    description: parseDescription(descriptionBytes, 'the package'),
    descriptionBytes,
    payload,
  };
}

/** Writes a package into a directory, `package.json` last; everything is flushed to the disk when it resolves. */
export async function writePackage(directory: string, { descriptionBytes, payload }: Package): Promise<void> {
  await mkdir(directory, { recursive: true });
  for (const [path, bytes] of payload) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), bytes, { flush: true });
  }
  await writeFile(join(directory, 'package.json'), descriptionBytes, { flush: true });
}

/**
 * Reads and verifies a package; `what` names it in messages. Refuses a missing file (`package/missing-file`), a path that
 * leads out of the directory (`package/illegal-path`), and bytes that do not match the description or the expected id
 * (`package/damaged`).
 */
export function readPackage(directory: string, what: string, expectedId?: string): Promise<Package> {
  const read = async (path: string, most: number): Promise<Uint8Array | null> => {
    const found = await readWithin(directory, path, most);
    if (found === 'larger') throw damaged(what, path);
    if (found !== 'outside') return found;
    throw new Refusal(
      'package/illegal-path',
      `${path} of ${what} is not a file in its folder`,
      'do not load it; build it again',
    );
  };
  return verifyPackage(read, what, expectedId);
}

/** As `readPackage`, for files that `read` returns; it must return null for a missing file, and never more than `most` bytes. */
export async function verifyPackage(
  read: (path: string, most: number) => Promise<Uint8Array | null>,
  what: string,
  expectedId?: string,
): Promise<Package> {
  const readFile = async (path: string, most: number): Promise<Uint8Array> => {
    const bytes = await read(path, most);
    if (bytes !== null) return bytes;
    throw new Refusal(
      'package/missing-file',
      `${what} is missing its file ${path}`,
      'deploy again: missing files are sent again',
    );
  };
  const descriptionBytes = await readFile('package.json', mostDescription);
  const id = packageIdentity(descriptionBytes);
  if (expectedId !== undefined && id !== expectedId) throw damaged(what, 'package.json');
  const description = parseDescription(descriptionBytes, what);
  const payload = new Map<string, Uint8Array>();
  for (const { path, sha256: expected, size } of description.files) {
    const bytes = await readFile(path, size);
    if (bytes.length !== size || sha256(bytes) !== expected) throw damaged(what, path);
    payload.set(path, bytes);
  }
  return { id, description, descriptionBytes, payload };
}

/** The most bytes of a package.json, of which real ones have a few thousand; boards have the same limit. */
const mostDescription = 1 << 20;

function damaged(what: string, path: string): Refusal {
  return new Refusal(
    'package/damaged',
    `${what} is damaged: ${path} does not have the recorded sha256`,
    'deploy again: damaged files are replaced',
  );
}
