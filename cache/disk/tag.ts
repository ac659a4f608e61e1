import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { entryAt } from '../../base/entry-at.ts';
import { bestEffort, writeFileAtomically } from '../../base/json-file.ts';
import { readRegularFile } from '../../base/regular-file.ts';

/**
 * As the Cache Directory Tagging Specification wants it: programs for backups leave such a folder out. The second line says
 * whose cache it is.
 */
const text = `Signature: 8a477f597d28d172789f06886806bc55
# This file marks a cache of finn-pipeline, which writes and deletes what is in this folder.
`;

const tag = 'CACHEDIR.TAG';

/** What a cache holds beside its tag. */
const folders = ['ac', 'cas', 'locks', 'roots', 'tmp'];

/**
 * Whether a folder is a cache: in any other, nothing may be replaced or deleted. It has our tag; or, if that is damaged or was
 * not copied, it holds nothing but what a cache does.
 */
export function isCache(root: string): boolean {
  return hasTag(root) || holdsOnlyOurs(root);
}

/** Makes a folder a cache, unless it is one; false for a folder that holds anything else, unless that is known to be one. */
export function makeCache(root: string, isKnown: boolean): boolean {
  if (hasTag(root)) return true;
  mkdirSync(root, { recursive: true });
  if (!isKnown && readdirSync(root).length > 0 && !holdsOnlyOurs(root)) return false;
  // A cache that can only be read is one too.
  bestEffort(() => {
    writeFileAtomically(join(root, tag), text);
  });
  return true;
}

function hasTag(root: string): boolean {
  return readRegularFile(join(root, tag))?.toString('latin1') === text;
}

/** Records and blobs are in folders of two hexadecimal digits. */
function holdsOnlyOurs(root: string): boolean {
  const names = namesIn(root);
  return (
    (names.includes('ac') || names.includes(tag)) &&
    names.every((name) => name === tag || folders.includes(name)) &&
    ['ac', 'cas'].every((name) => namesIn(join(root, name)).every((below) => /^[0-9a-f]{2}$/.test(below)))
  );
}

function namesIn(folder: string): readonly string[] {
  return entryAt(folder)?.isDirectory() === true ? readdirSync(folder) : [];
}
