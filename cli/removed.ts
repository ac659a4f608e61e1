import { relative } from 'node:path';
import { isMachineFailure } from '../base/machine-failure.ts';
import { removeTree } from '../base/remove-tree.ts';
import { treeSize } from '../base/tree-size.ts';
import type { Layout } from '../core/state/layout.ts';

/** Failed attempts that were deleted, or would be. */
export interface Removed {
  readonly deleted: number;
  /** Of those deleted. */
  readonly bytes: number;
  /** Relative to the project: folders that this user may not delete. */
  readonly stuck: readonly string[];
}

/** Deletes the folders of failed attempts, or with `isDryRun` only counts them. */
export function removed(paths: readonly string[], { project }: Layout, isDryRun: boolean): Removed {
  const stuck: string[] = [];
  let bytes = 0;
  for (const path of paths) {
    const size = treeSize(path);
    try {
      if (!isDryRun) removeTree(path);
      bytes += size;
    } catch (error) {
      if (!isMachineFailure(error)) throw error;
      stuck.push(relative(project, path));
    }
  }
  return { deleted: paths.length - stuck.length, bytes, stuck };
}
