import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Layout } from './layout.ts';
import { fileNameOf } from './layout.ts';

/** Keeps the work directory of a failed action to look at; returns where, relative to the project. */
export function keepFailure(layout: Layout, label: string, directory: string): string {
  const kept = join(layout.failed, fileNameOf(label));
  rmSync(kept, { recursive: true, force: true });
  mkdirSync(layout.failed, { recursive: true });
  if (existsSync(directory)) renameSync(directory, kept);
  return relative(layout.project, kept);
}

/** Called when the action is well again. */
export function forgetFailure(layout: Layout, label: string): void {
  if (existsSync(layout.failed))
    rmSync(join(layout.failed, fileNameOf(label)), { recursive: true, force: true });
}
