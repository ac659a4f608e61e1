import { lstatSync, readdirSync } from 'node:fs';

/** The bytes of all files at or below a path; links are not followed, and what cannot be read counts as nothing. */
export function treeSize(path: string): number {
  try {
    const stat = lstatSync(path, { throwIfNoEntry: false });
    if (stat?.isDirectory() !== true) return stat?.size ?? 0;
    let size = 0;
    for (const name of readdirSync(path)) size += treeSize(`${path}/${name}`);
    return size;
  } catch {
    return 0;
  }
}
