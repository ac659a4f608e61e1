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
      return [path, leaf(readFileSync(full), (lstatSync(full).mode & 0o100) !== 0)];
    }),
  );
}

/** The tree of files that are not on the disk. */
export function treeOfContents(
  files: readonly (readonly [path: string, { readonly contents: string; readonly isExecutable: boolean }])[],
): Tree {
  return Object.fromEntries(
    files.map(([path, { contents, isExecutable }]) => [path, leaf(Buffer.from(contents), isExecutable)]),
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

function leaf(contents: Uint8Array, isExecutable: boolean): string {
  const digest = createHash('sha256').update(contents).digest('hex').slice(0, 16);
  return `${digest}${isExecutable ? ' x' : ''}`;
}
