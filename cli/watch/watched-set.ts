import { statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { NamedInput } from '../../core/execution/named-inputs.ts';
import { linksBelow, wayOf } from './places.ts';

/** The places in the file system where a change may change the plan; all paths are real and absolute. */
export interface WatchedSet {
  /** Equal for sets of the same places. */
  readonly key: string;
  /** Folders from which every place is reached. */
  readonly roots: readonly string[];
  /** Whether a change there may change the plan. */
  readonly counts: (path: string) => boolean;
  /** Whether there may be such a place in the folder. */
  readonly mayHold: (folder: string) => boolean;
}

/** The places that some inputs of a project name, also through links. */
export function watchedSet(inputs: readonly NamedInput[], project: string): WatchedSet {
  const files = new Set<string>();
  const trees: Tree[] = [];
  const add = (path: string): string => {
    const { links, end } = wayOf(resolve(project, path));
    for (const link of links) files.add(link);
    return end;
  };
  for (const input of inputs)
    if (input.type === 'file') files.add(add(input.path));
    else addTree(input, input.path, [], add, project, trees);
  const ends = trees.map(({ end }) => end);
  const folders = new Set([...files, ...ends].flatMap(above));
  const inTree = (path: string, test: 'covers' | 'mayHold'): boolean =>
    trees.some(({ end, named, input }) => {
      const below = path === end ? '' : path.startsWith(`${end}/`) ? path.slice(end.length + 1) : null;
      return below !== null && input[test](joined(named, below));
    });
  return {
    key: JSON.stringify([
      [...files].sort(),
      trees.map(({ end, named, input }) => [end, named, input.entries]),
    ]),
    roots: rootsOf([...files, ...ends]),
    // One that comes or goes can bring or take what is below it.
    counts: (path) =>
      files.has(path) || folders.has(path) || inTree(path, 'covers') || inTree(path, 'mayHold'),
    mayHold: (folder) => folders.has(folder) || inTree(folder, 'mayHold') || inTree(folder, 'covers'),
  };
}

type TreeInput = Extract<NamedInput, { readonly type: 'tree' }>;

/** A folder, and what it is called in the project. */
interface Tree {
  readonly end: string;
  readonly named: string;
  readonly input: TreeInput;
}

/** Adds a folder and those that links in it lead to, except for links that lead back. */
function addTree(
  input: TreeInput,
  named: string,
  ancestors: readonly string[],
  add: (path: string) => string,
  project: string,
  trees: Tree[],
): void {
  const end = add(named);
  if (ancestors.includes(end)) return;
  trees.push({ end, named, input });
  const mayHold = (below: string): boolean => input.mayHold(joined(named, below));
  for (const link of linksBelow(join(project, named), mayHold)) {
    const path = joined(named, link);
    if (input.covers(path) || input.mayHold(path))
      addTree(input, path, [...ancestors, end], add, project, trees);
  }
}

function joined(folder: string, below: string): string {
  return folder === '' || below === '' ? folder + below : `${folder}/${below}`;
}

/** The folders that a path is in. */
function above(path: string): readonly string[] {
  const folder = dirname(path);
  return folder === path ? [] : [folder, ...above(folder)];
}

/** The next folder above each path that exists, without those that are in another one. */
function rootsOf(paths: readonly string[]): readonly string[] {
  const existing = new Set(paths.map((path) => above(path).find(isFolder) ?? '/'));
  return [...existing].filter((path) => !above(path).some((folder) => existing.has(folder))).sort();
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
