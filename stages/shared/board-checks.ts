import { attemptLater } from '../../base/refusal.ts';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { problem } from '../../base/diagnostic.ts';
import type { Result } from '../../base/result.ts';
import { failure, success } from '../../base/result.ts';
import type { ClusterBoard, RealBoard } from '../../core/contracts/board.ts';
import type { Check, CheckContext } from '../../core/contracts/check.ts';
import type { World } from '../../core/contracts/world.ts';
import type { WrittenBoardTools } from '../../boards/tools.ts';
import type { Status } from '../../boards/protocol/messages.ts';
import type { Toolchain } from '../toolchain.ts';

/** The key of the cluster, and the server of each real board; nothing if all boards are emulated. */
export function serverChecks(context: CheckContext): readonly Check[] {
  const { world } = context;
  const boards = world.boards.filter(isReal);
  if (boards.length === 0) return [];
  return [keyCheck(world), ...boards.map((board) => serverCheck(board, context))];
}

/** A login on each real board. */
export function loginChecks({ world, answerSeconds }: CheckContext): readonly Check[] {
  return world.boards.filter(isReal).map(({ name, ssh }) => ({
    what: `ssh to ${name}`,
    scope: 'network',
    board: name,
    writtenAt: ['cluster', name],
    look: async () => {
      const { boardTools } = await import('../../boards/world.ts');
      const { openRemoteShell } = await import('../../boards/remote/shell.ts');
      return attemptLater(async () => {
        const login = { board: name, ssh, sshConfig: boardTools(world).sshConfig };
        const shell = await openRemoteShell(login, answerSeconds);
        await shell.close();
        return ssh;
      });
    },
  }));
}

/** The boards that cannot load what the back end builds; nothing if all can. */
export function backendChecks({ stage, world: { boards } }: CheckContext): readonly Check[] {
  const { backend } = stage.toolchain as Toolchain;
  return boards.flatMap((board) => {
    const problem = backend === 'vivado' ? unfitForVivado(board, boards) : unfitForEmulated(board);
    if (problem === null) return [];
    const check: Check = {
      ...{ what: `the back end of ${board.name}`, scope: 'project', writtenAt: ['cluster', board.name] },
      look: () => Promise.resolve(failure(problem)),
    };
    return [check];
  });
}

/** A bitstream for a type of board goes to every board of that type. */
function unfitForVivado(
  { name, type, emulated }: ClusterBoard,
  boards: readonly ClusterBoard[],
): Diagnostic | null {
  if (!emulated) return null;
  const problem = misfit(
    `${name} has no address, and an emulated board cannot load what Vivado builds`,
    'add its address, or remove it; to stop before the boards, name the stage: pipeline run package',
  );
  // If there are real boards of other types, those may get all submodels.
  return boards.every((other) => other.emulated || other.type === type)
    ? problem
    : { ...problem, severity: 'warning' };
}

/** Whether the server at an address is an emulation, only the board can say. */
function unfitForEmulated({ name, emulated }: ClusterBoard): Diagnostic | null {
  const maybe = '; if an emulated board answers there, all is well';
  return emulated ? null : { ...realBoard(name, maybe), severity: 'warning' };
}

function realBoard(name: string, more = ''): Diagnostic {
  return misfit(
    `${name} has an address, and a real board cannot load what the back end emulated builds`,
    `set backend: vivado, or remove the address${more}`,
  );
}

function misfit(message: string, hint: string): Diagnostic {
  return problem('config/other-backend', message, { hint });
}

function keyCheck(world: World): Check {
  const { key: written } = (world.tools['boards'] ?? {}) as WrittenBoardTools;
  return {
    what: "the cluster's key",
    scope: 'project',
    ...(written === undefined ? {} : { writtenAt: ['tools', 'boards', 'key'] }),
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

function serverCheck(board: RealBoard, { stage, world, answerSeconds }: CheckContext): Check {
  const { name } = board;
  return {
    what: `the server of ${name}`,
    scope: 'network',
    board: name,
    writtenAt: ['cluster', name],
    look: async () => {
      const { keysIn } = await import('../../boards/world.ts');
      const { askStatus } = await import('../../boards/client/ask-status.ts');
      const { refuseOtherType } = await import('../../boards/other-type.ts');
      const key = await attemptLater(() => keysIn(world)(board));
      // The check of the key says why.
      if (!key.ok) return null;
      return attemptLater(async () => {
        const status = await askStatus(board, key.value, answerSeconds);
        refuseOtherType(board, status);
        return status;
      }).then((status) => (status.ok ? judged(name, status.value, stage.toolchain as Toolchain) : status));
    },
  };
}

function judged(
  name: string,
  { fault, boardType, emulated }: Status,
  { backend }: Toolchain,
): Result<string> {
  if (fault !== '') {
    const hint = `pipeline boards logs ${name} shows what led to it; pipeline boards reboot ${name} may clear it`;
    return failure(problem('board/fault', `${name} reports a fault: ${fault}`, { hint }));
  }
  if (backend === 'emulated' && !emulated) return failure(realBoard(name));
  if (backend === 'vivado' && emulated) {
    const hint = 'correct its address, or set backend: emulated';
    return failure(misfit(`${name} reports that it is emulated, and cannot load what Vivado builds`, hint));
  }
  return success(`${emulated ? 'EMULATED: ' : ''}${boardType}`);
}

function isReal(board: ClusterBoard): board is RealBoard {
  return !board.emulated;
}
