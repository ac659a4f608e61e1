import { fileURLToPath } from 'node:url';
import type { LocalPaths } from '../core/contracts/world.ts';
import type { Layout } from '../core/state/layout.ts';
import { ownFile } from './own-file.ts';

/** The locations that whatever acts on boards needs. */
export function localPaths({ project, boards }: Layout): LocalPaths {
  return { project, boardsDir: boards, emulatedBoard: fileURLToPath(ownFile('emulated-board.js')) };
}
