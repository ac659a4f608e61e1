import { attemptLater } from '../../base/refusal.ts';
import { problem } from '../../base/diagnostic.ts';
import { failure, success } from '../../base/result.ts';
import type { Check } from '../../core/contracts/check.ts';
import type { ClusterBoard, RealBoard } from '../../core/contracts/board.ts';
import type { World } from '../../core/contracts/world.ts';

/** The key of the cluster, and the server of each real board; nothing if all boards are emulated. */
export function serverChecks(world: World): readonly Check[] {
  const boards = world.boards.filter(isReal);
  if (boards.length === 0) return [];
  return [keyCheck(world), ...boards.map((board) => serverCheck(board, world))];
}

/** A login on each real board. */
export function loginChecks(world: World): readonly Check[] {
  return world.boards.filter(isReal).map(({ name, ssh }) => ({
    what: `ssh to ${name}`,
    look: async () => {
      const { boardTools } = await import('../../boards/world.ts');
      const { openRemoteShell } = await import('../../boards/remote/shell.ts');
      return attemptLater(async () => {
        const shell = await openRemoteShell({ board: name, ssh, sshConfig: boardTools(world).sshConfig });
        await shell.close();
        return ssh;
      });
    },
  }));
}

function keyCheck(world: World): Check {
  return {
    what: "the cluster's key",
    look: async () => {
      const { boardTools } = await import('../../boards/world.ts');
      const { readKey } = await import('../../boards/keys.ts');
      const { key } = boardTools(world);
      return attemptLater(async () => {
        await readKey(key);
        return key;
      });
    },
  };
}

function serverCheck(board: RealBoard, world: World): Check {
  const { name } = board;
  return {
    what: `the server of ${name}`,
    look: async () => {
      const { keysIn } = await import('../../boards/world.ts');
      const { askStatus } = await import('../../boards/client/ask-status.ts');
      const key = await attemptLater(() => keysIn(world)(board));
      // The check of the key says why.
      if (!key.ok) return null;
      const status = await attemptLater(() => askStatus(board, key.value, answerSeconds));
      if (!status.ok) return status;
      const { fault, boardType, emulated } = status.value;
      if (fault === '') return success(`${emulated ? 'EMULATED: ' : ''}${boardType}`);
      const hint = `pipeline boards logs ${name} shows what led to it; pipeline boards reboot ${name} may clear it`;
      return failure(problem('board/fault', `${name} reports a fault: ${fault}`, { hint }));
    },
  };
}

function isReal(board: ClusterBoard): board is RealBoard {
  return !board.emulated;
}

const answerSeconds = 5;
