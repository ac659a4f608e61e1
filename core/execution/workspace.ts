import { cpSync, mkdirSync, realpathSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { artifactOf } from '../contracts/artifact.ts';
import { removeTree } from '../../base/remove-tree.ts';
import type { Store } from '../contracts/store.ts';
import type { ActionSpec, Artifact, FileEntry, Item } from '../contracts/types.ts';
import { defined } from '../../base/defined.ts';
import { problem } from '../../base/diagnostic.ts';
import type { Result } from '../../base/result.ts';
import { failure, success } from '../../base/result.ts';
import type { JsonObject } from '../../base/json.ts';
import type { InputArtifact, ResolvedAction } from './action.ts';
import { filesBelow } from '../../base/files-below.ts';

export type Prepared =
  | { readonly type: 'ready' }
  /** A blob of the store is missing or damaged: what made it has to run again. */
  | { readonly type: 'damaged'; readonly producer: string }
  /** A file of the project is no longer what was fingerprinted. */
  | { readonly type: 'changed'; readonly path: string };

/**
 * Creates a fresh work directory: `in/<port>/…`, several artifacts of a port as `in/<port>/00/…`, `in/params.json`,
 * `templates/`, `out/`.
 */
export async function prepare(
  resolved: ResolvedAction,
  directory: string,
  project: string,
  templates: string,
  store: Store,
): Promise<Prepared> {
  removeTree(directory);
  mkdirSync(join(directory, 'in'), { recursive: true });
  mkdirSync(join(directory, 'out'));
  writeFileSync(join(directory, 'in', 'params.json'), JSON.stringify(parametersOf(resolved.spec), null, 1));
  for (const [port, input] of Object.entries(resolved.inputs)) {
    const folder = join(directory, 'in', port);
    const parts =
      'artifact' in input
        ? [{ input, folder }]
        : input.map((one, at) => ({ input: one, folder: join(folder, numbered(at)) }));
    for (const part of parts) {
      mkdirSync(part.folder, { recursive: true });
      const outcome = await layOut(part.input, part.folder, project, store);
      if (outcome.type !== 'ready') return outcome;
    }
  }
  const { run } = resolved.spec;
  if (run.type === 'process')
    for (const name of run.templates ?? [])
      cpSync(join(templates, name), join(directory, 'templates', name), { recursive: true });
  return { type: 'ready' };
}

/** The input to the job: the parameters, and the target if the stage builds for one. */
export function parametersOf({ params, target }: ActionSpec): JsonObject {
  return target === undefined ? params : { ...params, target: { ...target } };
}

async function layOut(
  input: InputArtifact,
  folder: string,
  project: string,
  store: Store,
): Promise<Prepared> {
  for (const entry of input.artifact.files) {
    const source = input.sources?.get(entry.path);
    const put = () => store.putFile(entry, join(folder, entry.path));
    const isThere = source === undefined || (await store.holds([entry]));
    if (isThere && (await put())) continue;
    if (source === undefined) return damaged(input);
    const taken = await store.takeFile(entry.path, join(project, source), false);
    if (taken.digest !== entry.digest || !(await put())) return { type: 'changed', path: source };
  }
  return { type: 'ready' };
}

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

function damaged({ producer }: InputArtifact): Prepared {
  return {
    type: 'damaged',
    producer: defined(producer, 'an input without files of the project was made by an action'),
  };
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

function numbered(position: number): string {
  return String(position).padStart(2, '0');
}
