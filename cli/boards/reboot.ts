import { awaitServer } from '../../boards/remote/await-server.ts';
import { rebootBoard } from '../../boards/remote/reboot.ts';
import { duration } from '../../base/units.ts';
import type { ExitCode, PlanOptions } from '../options.ts';
import { onEach, patiently, report, withBoards } from './cluster.ts';

/** `pipeline boards reboot BOARD…`: restarts boards and waits until their servers answer again. */
export function reboot(names: readonly string[], options: PlanOptions): Promise<ExitCode> {
  return withBoards(names, options, (reach) =>
    onEach(reach, async (board) => {
      const { elapsed } = reach.environment;
      const { name, ssh } = board;
      const began = elapsed();
      await patiently(reach, name, 'not back yet', async (say) => {
        say('reboots');
        await rebootBoard({ board: name, ssh, sshConfig: reach.tools.sshConfig });
        say('is down');
        await awaitServer(board, reach.key, bootSeconds, elapsed);
      });
      const milliseconds = elapsed() - began;
      report(
        reach,
        { type: 'board-rebooted', name, milliseconds },
        `${name}: back after ${duration(milliseconds)}`,
      );
    }),
  );
}

/** A board with a slow card takes this long. */
const bootSeconds = 180;
