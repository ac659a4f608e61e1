import { connectBoard } from '../../boards/client/connection.ts';
import { placeOn } from '../../boards/deployment.ts';
import { readHeldDeployment } from '../../boards/remote/held-deployment.ts';
import { duration } from '../../base/units.ts';
import type { ExitCode, PlanOptions } from '../options.ts';
import { onEach, patiently, report, withBoards } from './cluster.ts';

/** `pipeline boards load BOARD POSITION`: loads one package of a board's deployment, to check that its FPGA accepts it. */
export function load(name: string, position: number, options: PlanOptions): Promise<ExitCode> {
  return withBoards([name], options, (reach) =>
    onEach(reach, async (board) => {
      const login = { board: name, ssh: board.ssh, sshConfig: reach.tools.sshConfig };
      const held = await readHeldDeployment(login, reach.key);
      const place = placeOn(name, held, position);
      const { now } = reach.environment;
      const connection = await connectBoard(name, board.address, reach.key, answerSeconds);
      try {
        await connection.acquire(leaseSeconds, answerSeconds);
        const began = now();
        const { emulated } = await patiently(reach, name, 'still loading', () =>
          connection.load(place, loadSeconds),
        );
        const milliseconds = now() - began;
        report(
          reach,
          { type: 'board-loaded', name, position, package: place.package, emulated, milliseconds },
          `${name}: ${emulated ? 'EMULATED: ' : ''}package ${place.package.slice(0, 12)} of submodel ${position} loaded in ${duration(milliseconds)}`,
        );
      } finally {
        // Also after a refusal, so that the next try need not wait for the lease to end.
        if (connection.isOpen() && connection.lease() !== '')
          await connection.release(answerSeconds).catch(() => undefined);
        connection.close();
      }
    }),
  );
}

const answerSeconds = 10;
const leaseSeconds = 30;
const loadSeconds = 60;
