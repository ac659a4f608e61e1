import { awaitServer } from '../../boards/remote/await-server.ts';
import { rebootBoard } from '../../boards/remote/reboot.ts';
import { duration } from '../../reporters/style.ts';
import type { ExitCode, PlanOptions } from '../options.ts';
import { onEach, withBoards } from './cluster.ts';

/** `pipeline boards reboot BOARD…`: restarts boards and waits until their servers answer again. */
export function reboot(names: readonly string[], options: PlanOptions): Promise<ExitCode> {
  return withBoards(names, options, (reach) =>
    onEach(reach, async (board) => {
      const { out, now } = reach.environment;
      const { name, ssh } = board;
      const began = now();
      await rebootBoard({ board: name, ssh, sshConfig: reach.tools.sshConfig });
      if (!reach.isJson) out.write(`${name}: reboots\n`);
      await awaitServer(board, reach.key, bootSeconds);
      const milliseconds = now() - began;
      const text = reach.isJson
        ? JSON.stringify({ type: 'board-rebooted', name, milliseconds })
        : `${name}: back after ${duration(milliseconds)}`;
      out.write(`${text}\n`);
    }),
  );
}

/** A board with a slow card takes its time. */
const bootSeconds = 180;
