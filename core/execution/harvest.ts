import { readFileSync, realpathSync } from 'node:fs';
import { problem } from '../../base/diagnostic.ts';
import { attempt } from '../../base/refusal.ts';
import type { Result } from '../../base/result.ts';
import { failure, success } from '../../base/result.ts';
import { shownPath } from '../../base/shown-path.ts';
import { artifactOf } from '../contracts/artifact.ts';
import { isItem, isListOf } from '../contracts/record.ts';
import type { Store } from '../contracts/store.ts';
import type { Artifact, FileEntry, Item } from '../contracts/types.ts';
import type { OutputFile } from './output-files.ts';
import { outputFiles } from './output-files.ts';

/** The outputs of an action, in the store. */
export interface Harvest {
  readonly outputs: Readonly<Record<string, Artifact>>;
  /** Rows of the ports that are collections. */
  readonly items: Readonly<Record<string, readonly Item[]>>;
}

/**
 * Takes `out/PORT` in a job's folder into the store, for every declared port; `collections` also return the rows of their
 * manifest. Everything is checked before anything is stored. A port may be a single file, which then has the port's name.
 * Links are kept as copies of what they lead to. The folder stays complete, so that a harvest that failed or was killed can be
 * repeated.
 */
export async function harvest(
  folder: string,
  ports: readonly string[],
  collections: readonly string[],
  store: Store,
): Promise<Result<Harvest>> {
  const real = realpathSync(folder);
  const found = attempt(() => ports.map((port) => ({ port, files: outputFiles(real, port) })));
  if (!found.ok) return found;
  const items: [string, readonly Item[]][] = [];
  for (const { port, files } of found.value) {
    if (!collections.includes(port)) continue;
    const rows = readManifest(files);
    if (rows === null)
      return failure(problem('action/bad-manifest', `out/${port}/manifest.json is not a list of items`));
    items.push([port, rows]);
  }
  const outputs: [string, Artifact][] = [];
  const taken = new Map<string, FileEntry>();
  for (const { port, files } of found.value) {
    const entries: FileEntry[] = [];
    for (const { path, source } of files) {
      const name = path === '' ? port : path;
      const known = taken.get(source);
      // A link from here to an input leads to a copy of it, which is left where it is.
      const isOwn = source.startsWith(`${real}/out/`);
      const entry =
        known === undefined ? await store.takeFile(name, source, isOwn) : { ...known, path: name };
      if (entry === null) return stillWriting(path === '' ? port : `${port}/${path}`);
      taken.set(source, entry);
      entries.push(entry);
    }
    outputs.push([port, artifactOf(entries)]);
  }
  return success({ outputs: Object.fromEntries(outputs), items: Object.fromEntries(items) });
}

function stillWriting(path: string): Result<Harvest> {
  return failure(
    problem('action/still-writing', `${shownPath(`out/${path}`)} changed after the action had ended`, {
      hint: 'something that it started still writes there: let the command wait for it',
    }),
  );
}

function readManifest(files: readonly OutputFile[]): readonly Item[] | null {
  const manifest = files.find(({ path }) => path === 'manifest.json');
  if (manifest === undefined) return null;
  try {
    const rows = JSON.parse(readFileSync(manifest.source, 'utf8')) as unknown;
    return isListOf(rows, isItem) ? rows : null;
  } catch {
    return null;
  }
}
