import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Diagnostic } from '../../../base/diagnostic.ts';
import { warning } from '../../../base/diagnostic.ts';
import type { Log } from '../../../vivado/log.ts';
import { unreadMemories } from '../../../vivado/memories.ts';

/** Files of memory contents in a project of Vivado, by paths below its folder. */
export async function memoryFiles(project: string): Promise<readonly string[]> {
  const entries = await readdir(project, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.dat'))
    .map((entry) => relative(project, join(entry.parentPath, entry.name)));
}

/**
 * A warning if synthesis did not report that it read some of these files. No refusal: a part of a layer that synthesis leaves
 * out, because nothing uses it, may have a memory too.
 */
export function unreadWarnings(files: readonly string[], logs: readonly Log[]): readonly Diagnostic[] {
  const unread = unreadMemories(files, logs) ?? [];
  if (unread.length === 0) return [];
  return [
    warning(
      'implement/unread-memories',
      `synthesis did not report to have read ${unread.length} of ${files.length} files of memory contents`,
      {
        hint: 'compare the results of the board with verify before you rely on them',
        detail: unread.slice(0, 5).join('\n'),
      },
    ),
  ];
}
