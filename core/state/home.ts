import { chmodSync, lstatSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { entryAt } from '../../base/entry-at.ts';
import { removeTree } from '../../base/remove-tree.ts';
import type { Layout } from './layout.ts';

/**
 * Prepares the folder of the state before something is written: only its owner may enter it, git ignores it, and what is not a
 * folder where one belongs is damage and is deleted.
 */
export function prepareState(layout: Layout): void {
  for (const path of foldersOf(layout))
    if (entryAt(path)?.isDirectory() === false && !isLink(path)) removeTree(path);
  mkdirSync(layout.root, { recursive: true, mode: 0o700 });
  const { mode, uid } = lstatSync(layout.root);
  if ((mode & 0o077) !== 0 && isOwn(uid)) chmodSync(layout.root, 0o700);
  ignore(join(layout.root, '.gitignore'));
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

function isLink(path: string): boolean {
  return entryAt(path)?.isSymbolicLink() === true;
}

function isOwn(uid: number): boolean {
  return process.getuid === undefined || process.getuid() === uid;
}
