import { cpSync, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { filesBelow } from '../../base/files-below.ts';
import { Refusal } from '../../base/refusal.ts';
import type { Variables } from '../home.ts';
import { endOf, runTool } from '../tool-process.ts';
import { fetchDependency } from './fetch-dependency.ts';
import type { PinnedDependency } from './pinned-dependencies.ts';

/**
 * The folder of what the user gives for `--deps`, by its absolute path: itself, or an archive (.tar.gz) unpacked into the
 * empty folder `directory`. Refuses anything else with `file/missing` or `toolchain/bad-dependencies`.
 */
export async function givenFolder(
  path: string,
  directory: string,
  variables: Variables,
  signal: AbortSignal,
): Promise<string> {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined)
    throw new Refusal('file/missing', `there is no ${path}`, '--deps names a folder or a .tar.gz archive');
  if (stat.isDirectory()) return path;
  mkdirSync(directory);
  const argv = ['tar', '-xzf', path, '--no-same-owner', '-C', directory];
  const exit = await runTool({ argv, variables, signal });
  if (exit.type === 'exited' && exit.code === 0) return onlyFolderIn(directory);
  throw new Refusal(
    'toolchain/bad-dependencies',
    `${path} cannot be unpacked: ${endOf(exit.output)}`,
    layoutHint,
  );
}

/**
 * Puts a dependency of a given folder, laid out as by git or by `finn deps update`, into the empty folder `directory`; null if
 * it is not there. Of a clone the pinned commit is taken, whatever is checked out; one without it is refused
 * (`toolchain/bad-dependencies`). Without git's own folder only the names of files can be checked.
 */
export async function takeGiven(
  dependency: PinnedDependency,
  folder: string,
  directory: string,
  variables: Variables,
  signal: AbortSignal,
): Promise<string | null> {
  const { name, commit } = dependency;
  const clone = join(folder, name);
  if (existsSync(join(clone, '.git'))) {
    // Fetching runs nothing that the configuration of the clone names, as looking for changes in it would.
    const fetched = await fetchDependency(
      { ...dependency, url: pathToFileURL(clone).href },
      directory,
      variables,
      signal,
    );
    if ('folder' in fetched) return fetched.folder;
    throw new Refusal(
      'toolchain/bad-dependencies',
      `the commit ${commit} of ${name}, which FINN pins, cannot be taken from ${clone}: ${fetched.reason}`,
      `git -C ${clone} fetch ${dependency.url} ${commit}`,
    );
  }
  const found = candidates(dependency)
    .map((path) => join(folder, path))
    .find((path) => isMarked(path, dependency));
  if (found === undefined) return null;
  cpSync(found, directory, { recursive: true });
  return directory;
}

const layoutHint =
  'it must hold finn-hlslib, and for boards board_files or avnet-bdf; docs/toolchain.md explains how to make one';

/** Paths in a given folder: of the repository, or of what FINN copies of it. */
function candidates({ name, subdirectory, place }: PinnedDependency): readonly string[] {
  const copied = subdirectory === '.' ? ['board_files'] : [join('board_files', basename(subdirectory))];
  return [join(name, subdirectory), place, ...copied];
}

function isMarked(folder: string, { mark }: PinnedDependency): boolean {
  const marked = join(folder, mark.folder);
  if (!existsSync(marked)) return false;
  return filesBelow(marked, '').some((file) => basename(file) === mark.file);
}

/** An archive may hold everything in one folder of any name. */
function onlyFolderIn(directory: string): string {
  const [only, ...others] = readdirSync(directory);
  const isPacked =
    only !== undefined && others.length === 0 && !['finn-hlslib', 'board_files'].includes(only);
  return isPacked && statSync(join(directory, only)).isDirectory() ? join(directory, only) : directory;
}
