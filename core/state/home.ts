import { chmodSync, lstatSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { problem } from '../../base/diagnostic.ts';
import { entryAt } from '../../base/entry-at.ts';
import { removeTree } from '../../base/remove-tree.ts';
import type { Layout } from './layout.ts';

/**
 * Prepares the folder of the state before something is written: only its owner may enter it, git ignores it, and what is not a
 * folder where one belongs in it is damage and is deleted. Something else in the place of the folder itself is not ours: it
 * stays, and the system refuses the folder.
 */
export function prepareState(layout: Layout): void {
  for (const path of foldersOf(layout)) if (path !== layout.root && isInTheWay(path)) removeTree(path);
  mkdirSync(layout.root, { recursive: true, mode: 0o700 });
  const { mode, uid } = lstatSync(layout.root);
  if ((mode & 0o077) !== 0 && isOwn(uid)) chmodSync(layout.root, 0o700);
  ignore(join(layout.root, '.gitignore'));
}

/** Why the folder of the state cannot be made: something of the user's has its name; null if it can, or exists. */
export function occupied({ root }: Pick<Layout, 'root'>): Diagnostic | null {
  if (!isInTheWay(root)) return null;
  return problem(
    'usage/state-occupied',
    `${basename(root)} is not a folder, and this program keeps its state in one`,
    {
      hint: 'rename or move it: it is not of this program, which leaves it alone',
    },
  );
}

function ignore(path: string): void {
  const stat = entryAt(path);
  if (stat?.isFile() === true) return;
  if (stat !== null) removeTree(path);
  try {
    writeFileSync(path, '*\n', { flag: 'wx' });
  } catch (error) {
    // Another run was faster.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/**
 * Why the state may be someone else's, so that nothing may be executed, deleted or written by it; null if it is the user's
 * own. Its path is relative to the project.
 */
export function strangeness(layout: Layout): { readonly path: string; readonly why: string } | null {
  for (const path of [...foldersOf(layout), ...linksBelow(layout.boards)]) {
    const stat = entryAt(path);
    if (stat === null) continue;
    const at = { path: relative(layout.project, path) };
    if (stat.isSymbolicLink()) return { ...at, why: 'is a link to another place' };
    if (!isOwn(stat.uid)) return { ...at, why: 'belongs to another user' };
  }
  return null;
}

function foldersOf(layout: Layout): readonly string[] {
  const { root, cache, plans, specs, receipts, journal, work, failed, boards } = layout;
  return [root, cache, plans, specs, receipts, journal, work, failed, boards];
}

/** What an emulated board keeps is written below its folder, so that a link there would lead it elsewhere. */
function linksBelow(folder: string): readonly string[] {
  if (entryAt(folder)?.isDirectory() !== true) return [];
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return isLink(path) ? [path] : linksBelow(path);
  });
}

function isInTheWay(path: string): boolean {
  return entryAt(path)?.isDirectory() === false && !isLink(path);
}

function isLink(path: string): boolean {
  return entryAt(path)?.isSymbolicLink() === true;
}

function isOwn(uid: number): boolean {
  return process.getuid === undefined || process.getuid() === uid;
}
