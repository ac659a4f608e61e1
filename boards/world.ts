import { join, resolve } from 'node:path';
import { Refusal } from '../base/refusal.ts';
import type { ClusterBoard } from '../core/contracts/board.ts';
import type { World } from '../core/contracts/world.ts';
import { emulatedKey } from './emulated/store.ts';
import { clusterKeyFile } from './key-files.ts';
import type { ClusterKey } from './keys.ts';
import { readKey } from './keys.ts';
import type { WrittenBoardTools } from './tools.ts';

/** The files on this machine that are needed to reach real boards. */
export interface BoardTools {
  /** Absolute path of the cluster's key. */
  readonly key: string;
  /** Absolute path of an ssh configuration file; null for the user's own. */
  readonly sshConfig: string | null;
}

/** Reads `tools.boards` of pipeline.yaml, which matches its schema; its paths are relative to the project. */
export function boardTools({ project, tools }: Pick<World, 'project' | 'tools'>): BoardTools {
  const { 'ssh-config': config } = (tools['boards'] ?? {}) as WrittenBoardTools;
  return {
    key: clusterKeyFile({ project, tools }),
    sshConfig: config === undefined ? null : resolve(project, config),
  };
}

/** Absolute path of the folder in which an emulated board keeps its state; refuses a name that could lead out of it. */
export function emulatedFolder({ boardsDir }: Pick<World, 'boardsDir'>, name: string): string {
  if (/^\w[\w.-]*$/.test(name)) return join(boardsDir, name);
  throw new Refusal(
    'board/illegal-name',
    `"${name}" cannot be the name of a board`,
    'use letters, digits, -, _ and .',
  );
}

/** Returns the key of a board: the cluster's for real boards, the project's for emulated ones. */
export function keysIn(
  world: Pick<World, 'project' | 'tools' | 'boardsDir'>,
): (board: ClusterBoard) => Promise<ClusterKey> {
  return ({ emulated }) => (emulated ? emulatedKey(world.boardsDir) : readKey(boardTools(world).key));
}
