import { join, resolve } from 'node:path';
import type { World } from '../core/contracts/world.ts';
import type { WrittenBoardTools } from './tools.ts';
import { defaultKeyFile } from './tools.ts';

/** Absolute path of the key of the real boards, by `tools.boards` of pipeline.yaml, which matches its schema. */
export function clusterKeyFile({ project, tools }: Pick<World, 'project' | 'tools'>): string {
  const { key = defaultKeyFile } = (tools['boards'] ?? {}) as WrittenBoardTools;
  return resolve(project, key);
}

/** Absolute path of the key of the emulated boards whose state is in this folder. */
export function emulatedKeyFile(boardsDir: string): string {
  return join(boardsDir, 'cluster.key');
}
