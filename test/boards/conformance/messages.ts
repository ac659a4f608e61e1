import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { connectBoard } from '../../../boards/client/connection.ts';
import { deployTo, refusal } from '../fixture.ts';
import type { Rig } from './rig.ts';
import { seconds } from './rig.ts';

/** Every message. */
export function everyMessage(rig: Rig): void {
  const { client, owner, deploy, ready, batchOf } = rig;
  describe('every message', () => {
    test('STATUS, of a board with nothing and of one at work', async () => {
      const stranger = await client();
      const status = {
        type: 'status',
        name: 'zed0',
        boardType: 'zedboard',
        part: 'xc7z020clg484-1',
        emulated: true,
        deployment: '',
        loaded: '',
        fault: '',
        leasedSeconds: 0,
      };
      expect(await stranger.status(seconds)).toEqual(status);
      const { first } = await ready();
      const now = await stranger.status(seconds);
      expect(now).toEqual({
        ...status,
        deployment: first.deployment,
        loaded: first.package,
        leasedSeconds: expect.any(Number) as number,
      });
      expect(now.leasedSeconds).toBeGreaterThan(20);
    });

    test('LOAD describes the package, INFER computes it', async () => {
      const { zed0, first, second } = await ready();
      const description = rig.server.halves[1].package().description;
      expect(await zed0.load(second, seconds)).toEqual({
        type: 'loaded',
        package: second.package,
        emulated: true,
        input: description.input,
        output: description.output,
        cycles: description.cycles,
        modelledSeconds: 0.2298,
      });
      await zed0.load(first, seconds);
      const { packed, results } = rig.server.halves[0].images(3);
      const inferred = await zed0.infer({ ...first, images: 3, packed }, seconds);
      expect(inferred).toEqual({
        type: 'inferred',
        images: 3,
        emulated: true,
        modelledSeconds: expect.closeTo(rig.server.halves[0].modelledSeconds(3), 9) as number,
        measuredSeconds: expect.any(Number) as number,
        packed: Buffer.from(results),
      });
    });

    test('FORWARD passes results on directly, also over two boards', async () => {
      const packages = [rig.server.halves[0].package(), rig.server.halves[1].package()];
      const names = ['zed0', 'zed1'];
      const { deployment } = await deployTo(join(rig.path, 'zed1'), packages, names, rig.key);
      const [first] = await deploy(packages, names);
      const other = await rig.server.start(join(rig.path, 'zed1'), 'zed1', rig.key);
      rig.ends.push(other.stop);
      const zed1 = await connectBoard('zed1', other.address, rig.key, seconds);
      rig.ends.push(zed1.close);
      const lease = await zed1.acquire(30, seconds);
      await zed1.load({ deployment, position: 1, package: packages[1]!.id }, seconds);
      const zed0 = await owner();
      await zed0.load(first!, seconds);
      const hop = { name: 'zed1', ...other.address, lease, position: 1, package: packages[1]!.id };
      const { packed, results } = rig.server.halves[0].images(2);
      // Several at a time, so that both boards compute at once.
      const answers = await Promise.all(
        [1, 2, 3].map(() => zed0.forward({ ...first!, images: 2, packed, route: [hop] }, seconds)),
      );
      const straight = await zed1.infer(
        { deployment, position: 1, package: packages[1]!.id, images: 2, packed: results },
        seconds,
      );
      for (const answer of answers) {
        expect(answer.packed).toEqual(straight.packed);
        expect(answer.work.map(({ emulated }) => emulated)).toEqual([true, true]);
      }
      expect((await zed1.metrics(seconds)).figures['batches']).toBe(4);
      // Refusals of the next board, and its failure, are reported under its name.
      const wrong = { ...hop, lease: 'f'.repeat(32) };
      await expect(zed0.forward({ ...first!, images: 2, packed, route: [wrong] }, seconds)).rejects.toThrow(
        refusal('board/no-lease', 'zed1'),
      );
      await other.stop();
      await expect(
        zed0.forward({ ...first!, images: 2, packed, route: [hop] }, seconds),
      ).rejects.toMatchObject({
        code: expect.stringMatching(/^board\/(unreachable|closed)$/) as string,
        message: expect.stringContaining('zed1') as string,
      });
    });

    test('LIST, METRICS, UNLOAD', async () => {
      const { zed0, first, second } = await ready();
      expect((await zed0.list(seconds)).packages).toEqual([first.package, second.package].sort());
      await zed0.infer(batchOf(first, 0, 2), seconds);
      await expect(zed0.infer(batchOf(second, 1, 2), seconds)).rejects.toThrow();
      const { figures } = await zed0.metrics(seconds);
      expect(figures).toMatchObject({ loads: 1, batches: 1, images: 2, refused: 1, forwarded: 0, faults: 0 });
      for (const name of ['uptimeSeconds', 'computeSeconds', 'memoryBytes'])
        expect(figures[name]).toBeGreaterThan(0);

      await zed0.unload(seconds);
      expect((await zed0.status(seconds)).loaded).toBe('');
      await expect(zed0.infer(batchOf(first, 0, 1), seconds)).rejects.toThrow(
        refusal('board/not-loaded', 'zed0 has nothing loaded'),
      );
    });

    test('requests overlap and are answered by their ids', async () => {
      const { zed0, first } = await ready();
      const order: string[] = [];
      const sent = [1, 2, 3, 4].map(async (images) => {
        const answer = await zed0.infer(batchOf(first, 0, images), seconds);
        expect(answer.packed).toEqual(Buffer.from(rig.server.halves[0].images(images).results));
        order.push(String(images));
      });
      await Promise.all(sent);
      expect(order).toEqual(['1', '2', '3', '4']);
    });
  });
}
