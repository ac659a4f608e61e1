import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** The files of a folder by relative path: a digest of the contents, and x if executable. */
export type Tree = { readonly [path: string]: string };

/** Every regular file below a folder; folders count by their files only. */
export function treeOf(folder: string): Tree {
  return Object.fromEntries(
    filesBelow(folder).map((path) => {
      const full = join(folder, path);
      const digest = createHash('sha256').update(readFileSync(full)).digest('hex').slice(0, 16);
      return [path, `${digest}${(lstatSync(full).mode & 0o100) === 0 ? '' : ' x'}`];
    }),
  );
}

/** Relative paths of all regular files below a folder, sorted; none if it does not exist. */
export function filesBelow(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true, encoding: 'utf8' })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

/** A sentence for each difference, at most five. */
export function differences(actual: Tree, expected: Tree): readonly string[] {
  return [...new Set([...Object.keys(expected), ...Object.keys(actual)])]
    .filter((path) => actual[path] !== expected[path])
    .slice(0, 5)
    .map((path) => `${path} is ${actual[path] ?? 'missing'} instead of ${expected[path] ?? 'absent'}`);
}
