import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Diagnostic } from '../../../base/diagnostic.ts';
import { warning } from '../../../base/diagnostic.ts';
import type { Log } from '../../../vivado/log.ts';
import { unreadMemories } from '../../../vivado/memories.ts';

/**
 * Memories in a project of Vivado, each by the paths of its copies below the folder of the project: files of one name with the
 * same contents. The IP of a stitched design has a copy of each file of its layers, which synthesis does not read.
 */
export async function memoriesIn(project: string): Promise<readonly (readonly string[])[]> {
  const entries = await readdir(project, { recursive: true, withFileTypes: true });
  const memories = new Map<string, string[]>();
  for (const entry of entries) {
    if (!entry.isFile() || !entry.name.endsWith('.dat')) continue;
    const path = join(entry.parentPath, entry.name);
    const digest = createHash('sha256')
      .update(await readFile(path))
      .digest('hex');
    const copies = memories.get(`${digest} ${entry.name}`) ?? [];
    memories.set(`${digest} ${entry.name}`, [...copies, relative(project, path)]);
  }
  return [...memories.values()];
}

/**
 * A warning if synthesis did not report that it read some of these memories. No refusal: a part of a layer that synthesis
 * leaves out, because nothing uses it, may have a memory too.
 */
export function unreadWarnings(
  memories: readonly (readonly string[])[],
  logs: readonly Log[],
): readonly Diagnostic[] {
  const unread = unreadMemories(memories, logs) ?? [];
  if (unread.length === 0) return [];
  return [
    warning(
      'implement/unread-memories',
      `synthesis did not report to have read ${unread.length} of ${memories.length} files of memory contents`,
      {
        hint: 'compare the results of the board with verify before you rely on them',
        detail: unread.slice(0, 5).join('\n'),
      },
    ),
  ];
}
