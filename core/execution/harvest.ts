import { readFileSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { problem } from '../../base/diagnostic.ts';
import { filesBelow } from '../../base/files-below.ts';
import type { Result } from '../../base/result.ts';
import { failure, success } from '../../base/result.ts';
import { artifactOf } from '../contracts/artifact.ts';
import type { Store } from '../contracts/store.ts';
import type { Artifact, FileEntry, Item } from '../contracts/types.ts';

/** The outputs of an action, in the store. */
export interface Harvest {
  readonly outputs: Readonly<Record<string, Artifact>>;
  /** Rows of the ports that are collections. */
  readonly items: Readonly<Record<string, readonly Item[]>>;
}

/**
 * Takes `out/<port>` of every declared port into the store; `collections` also return the rows of their manifest. Everything
 * is checked before anything is stored. A port may be a single file, which then has the port's name.
 */
export async function harvest(
  directory: string,
  ports: readonly string[],
  collections: readonly string[],
  store: Store,
): Promise<Result<Harvest>> {
  const items: Record<string, readonly Item[]> = {};
  const found: { readonly port: string; readonly paths: readonly string[] }[] = [];
  for (const port of ports) {
    const root = join(directory, 'out', port);
    const paths = outputFiles(root, port);
    if (!paths.ok) return paths;
    found.push({ port, paths: paths.value });
    if (!collections.includes(port)) continue;
    const rows = readManifest(root);
    if (rows === null)
      return failure(problem('action/bad-manifest', `out/${port}/manifest.json is not a list of items`));
    items[port] = rows;
  }
  const outputs: Record<string, Artifact> = {};
  for (const { port, paths } of found) {
    const files: FileEntry[] = [];
    for (const path of paths) {
      const source = join(directory, 'out', port, path);
      const isOwn = realpathSync(source) === join(realpathSync(directory), 'out', port, path);
      files.push(await store.takeFile(path === '' ? port : path, source, isOwn));
    }
    outputs[port] = artifactOf(files);
  }
  return success({ outputs, items });
}

/**
 * The files of an output, relative to it; refuses an output that is missing or contains anything other than files and
 * folders.
 */
function outputFiles(root: string, port: string): Result<readonly string[]> {
  if (statSync(root, { throwIfNoEntry: false }) === undefined)
    return failure(
      problem('action/missing-output', `it succeeded but did not make out/${port}`, {
        hint: 'every declared output must exist',
      }),
    );
  const paths = filesBelow(root, '');
  const odd = paths.find((path) => statSync(join(root, path), { throwIfNoEntry: false })?.isFile() !== true);
  if (odd === undefined) return success(paths);
  return failure(
    problem('action/unsupported-output', `out/${join(port, odd)} is neither a file nor a folder`, {
      hint: 'leave it out',
    }),
  );
}

function readManifest(root: string): readonly Item[] | null {
  try {
    const rows = JSON.parse(readFileSync(join(root, 'manifest.json'), 'utf8')) as unknown;
    const isItem = (row: unknown) =>
      typeof (row as Item).id === 'string' && Number.isInteger((row as Item).position);
    return Array.isArray(rows) && rows.every(isItem) ? (rows as Item[]) : null;
  } catch {
    return null;
  }
}
