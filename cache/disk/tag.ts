import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMachineFailure } from '../../base/machine-failure.ts';
import { readRegularFile } from '../../base/regular-file.ts';

/** As the Cache Directory Tagging Specification wants it: programs for backups leave such a folder out. */
const signature = 'Signature: 8a477f597d28d172789f06886806bc55';
const text = `${signature}\n# This file marks a cache of finn-pipeline. What is in this folder is written and deleted by it.\n`;

/** Whether a folder is a cache, by its tag: in any other folder, nothing may be replaced or deleted. */
export function isCache(root: string): boolean {
  return readRegularFile(join(root, tag))?.toString('latin1').startsWith(signature) === true;
}

/** Makes a folder a cache, unless it is one; false for a folder that holds anything else, unless that is known to be one. */
export function makeCache(root: string, isKnown: boolean): boolean {
  if (isCache(root)) return true;
  mkdirSync(root, { recursive: true });
  if (!isKnown && readdirSync(root).length > 0) return false;
  try {
    writeFileSync(join(root, tag), text, { flag: 'wx' });
  } catch (error) {
    // Another run has just made it.
    if (!isMachineFailure(error) || error.code !== 'EEXIST') throw error;
  }
  return true;
}

const tag = 'CACHEDIR.TAG';
