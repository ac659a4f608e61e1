import { join, resolve } from 'node:path';
import type { Diagnostic } from '../base/diagnostic.ts';
import { problem } from '../base/diagnostic.ts';
import { entryAt } from '../base/entry-at.ts';
import type { Result } from '../base/result.ts';
import { failure, success } from '../base/result.ts';
import { shownPath } from '../base/shown-path.ts';
import { counted, firstOf } from '../base/text.ts';
import { byteSize } from '../base/units.ts';
import type { Store } from '../core/contracts/store.ts';
import type { Place } from '../core/saving/places.ts';
import { placesIn, placesOf } from '../core/saving/places.ts';
import { blockedAt, isCopyOf, makeFolders, writeCopy } from '../core/saving/write-copy.ts';
import { jsonLine } from '../reporters/json.ts';
import { readEnvironment } from './environment.ts';
import type { KnownResult } from './known-results.ts';
import { knownResults } from './known-results.ts';
import type { ExitCode, PlanOptions } from './options.ts';
import { fail, show } from './options.ts';
import type { OutputName } from './output-name.ts';
import { outputNamed } from './output-name.ts';
import { openProject } from './project.ts';

export interface GetOptions extends PlanOptions {
  readonly force?: boolean;
}

/**
 * `pipeline get NAME [DIR]`: copies the outputs of a stage or an action, or one of them, into a folder, which is relative to the
 * current one. Runs nothing: what is not up to date is taken from the last result, with a warning.
 */
export async function get(
  name: string,
  directory: string | undefined,
  options: GetOptions,
): Promise<ExitCode> {
  const environment = readEnvironment(options);
  const { out } = environment;
  const isJson = options.json === true;
  const opened = await openProject(environment, options);
  if (!opened.ok) return fail(opened.diagnostics, isJson, environment);
  const named = outputNamed(name, opened.value.plan);
  if (!named.ok) return fail(named.diagnostics, isJson, environment);
  const known = await knownResults(named.value.target, opened.value, environment);
  if (!known.ok) return fail(known.diagnostics, isJson, environment);
  const { results, outdated, store } = known.value;
  const folder = directory ?? defaultFolder(named.value);
  const copies = results.flatMap((result) => copiesOf(result, named.value));
  const obstacle = options.force === true ? linkInTheWay(copies, folder) : inTheWay(copies, folder);
  if (obstacle !== null) return fail([obstacle], isJson, environment);
  const written = await write(copies, folder, store);
  if (!written.ok) return fail(written.diagnostics, isJson, environment);
  if (outdated !== null) show([outdated], isJson, environment);
  if (isJson) {
    for (const { label, path, port, entry } of copies)
      out.write(
        jsonLine({
          type: 'file',
          action: label,
          port,
          path: join(folder, path),
          size: entry.size,
          sha256: entry.digest,
        }),
      );
    return 0;
  }
  const size = byteSize(copies.reduce((sum, { entry }) => sum + entry.size, 0));
  out.write(`${counted(copies.length, 'file')}, ${size}, in ${shownPath(folder)}\n`);
  return 0;
}

/** A file to write, with a path below the folder. */
interface Copy extends Place {
  readonly label: string;
}

/** Where all outputs of the stage would put them: what was taken one by one lies together. */
function defaultFolder({ target, port, stage }: OutputName): string {
  return port === null ? target : `${port}${target.slice(stage.name.length)}`;
}

/** The items of a stage are folders, unless one of them is named. */
function copiesOf({ label, record }: KnownResult, { target, port }: OutputName): readonly Copy[] {
  const item = label.slice(target.length + 1);
  const places = port === null ? placesOf(record) : placesIn(record, port);
  return places.map((place) => ({
    ...place,
    label,
    path: item === '' ? place.path : `${item}/${place.path}`,
  }));
}

/** Anything else that has a name of one of the files. */
function inTheWay(copies: readonly Copy[], folder: string): Diagnostic | null {
  const others = copies.filter(
    ({ path, entry }) => entryAt(join(folder, path)) !== null && !isCopyOf(entry, join(folder, path)),
  );
  if (others.length === 0) return linkInTheWay(copies, folder);
  const names = others.map(({ path }) => shownPath(join(folder, path)));
  return problem(
    'usage/file-exists',
    `${firstOf(names, 3)} already ${names.length === 1 ? 'exists' : 'exist'}`,
    {
      hint: 'use --force to overwrite, or name another folder',
    },
  );
}

/** What would have to be a folder and is none, or a folder that would have to be a file: not even --force replaces those. */
function linkInTheWay(copies: readonly Copy[], folder: string): Diagnostic | null {
  const root = resolve(folder);
  const isOther = entryAt(root) !== null && entryAt(`${root}/.`)?.isDirectory() !== true;
  const ways = isOther ? [''] : copies.flatMap(({ path }) => blockedAt(root, path) ?? []);
  const [way] = ways;
  const hint = 'remove it, or name another folder';
  if (way !== undefined)
    return problem('usage/file-exists', `${shownPath(join(folder, way))} is not a folder`, { hint });
  const full = copies.find(({ path }) => entryAt(join(root, path))?.isDirectory() === true);
  if (full === undefined) return null;
  return problem('usage/file-exists', `${shownPath(join(folder, full.path))} is a folder`, { hint });
}

async function write(copies: readonly Copy[], folder: string, store: Store): Promise<Result<null>> {
  const root = resolve(folder);
  for (const { label, path, entry } of copies) {
    if (isCopyOf(entry, join(root, path))) continue;
    makeFolders(root, path);
    if (!(await writeCopy(store, entry, join(root, path))))
      return failure(
        problem(
          'cache/result-gone',
          `${shownPath(path)} of ${label} is no longer in the cache, or was damaged there`,
          {
            hint: `pipeline run ${label} --force makes it again`,
          },
        ),
      );
  }
  return success(null);
}
