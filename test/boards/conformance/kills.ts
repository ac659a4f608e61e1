import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { BoardConnection } from '../../../boards/client/connection.ts';
import type { DeployedPackage } from '../../../boards/protocol/messages.ts';
import { refusal } from '../fixture.ts';
import type { Rig } from './rig.ts';
import { seconds } from './rig.ts';

/** A board that is killed. */
export function kills(rig: Rig): void {
  const { client, owner, ready, batchOf } = rig;
  describe('a board that is killed', () => {
    const killed = async (
      during: (zed0: BoardConnection, first: DeployedPackage) => Promise<unknown>,
      what: string,
    ) => {
      const { zed0, first } = await ready();
      const asked = during(zed0, first);
      const reported = expect(asked).rejects.toThrow(
        refusal('board/closed', `the connection to zed0 ended before it answered ${what}`),
      );
      // Its answer shows that the request before it has arrived.
      await zed0.status(seconds);
      process.kill(rig.board.pid, 'SIGKILL');
      await reported;
      await expect(zed0.status(seconds)).rejects.toThrow(refusal('board/closed', 'zed0'));
      await rig.board.stop();
      await expect(client()).rejects.toThrow(
        refusal('board/unreachable', 'zed0 cannot be reached at 127.0.0.1:'),
      );
      return first;
    };
    const works = async (first: DeployedPackage): Promise<void> => {
      rig.board = await rig.server.start(join(rig.path, 'zed0'), 'zed0', rig.key);
      const zed0 = await owner();
      expect(await zed0.status(seconds)).toMatchObject({
        loaded: '',
        deployment: first.deployment,
        fault: '',
      });
      await zed0.load(first, seconds);
      const { packed, results } = rig.server.halves[0].images(1);
      expect((await zed0.infer({ ...first, images: 1, packed }, seconds)).packed).toEqual(
        Buffer.from(results),
      );
    };

    test('during INFER ends the connection, and works once it is restarted', async () => {
      await works(
        await killed((zed0, first) => zed0.infer(batchOf(first, 0, rig.server.longBatch), 60), 'INFER'),
      );
    });

    test('during LOAD', async () => {
      const first = await killed(async (zed0, place) => {
        // The LOAD waits until the batch is done, so it cannot have been answered yet.
        const long = zed0.infer(batchOf(place, 0, rig.server.longBatch), 60).catch(() => undefined);
        await Promise.all([zed0.load(place, seconds), long]);
      }, 'INFER, LOAD');
      await works(first);
    });

    test('between LOAD and INFER', async () => {
      const { first } = await ready();
      process.kill(rig.board.pid, 'SIGKILL');
      await rig.board.stop();
      await works(first);
    });
  });
}
