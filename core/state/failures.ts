import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { join, relative } from 'node:path';
import { removeTree } from '../../base/remove-tree.ts';
import type { Layout } from './layout.ts';
import { fileNameOf } from './layout.ts';

/** Keeps the work directory of a failed action for inspection; returns its path, relative to the project. */
export function keepFailure(layout: Layout, label: string, directory: string): string {
  const kept = join(layout.failed, fileNameOf(label));
  removeTree(kept);
  mkdirSync(layout.failed, { recursive: true });
  if (existsSync(directory)) renameSync(directory, kept);
  return relative(layout.project, kept);
}

/** Called when the action succeeds again. */
export function forgetFailure(layout: Layout, label: string): void {
  if (existsSync(layout.failed)) removeTree(join(layout.failed, fileNameOf(label)));
}
