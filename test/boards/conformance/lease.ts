import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { refusal } from '../fixture.ts';
import type { Rig } from './rig.ts';
import { freed, pollMilliseconds, seconds } from './rig.ts';

/** The lease. */
export function theLease(rig: Rig): void {
  const { client, owner, ready, batchOf } = rig;
  describe('the lease', () => {
    test('has one owner; others read STATUS only', async () => {
      const { zed0, first } = await ready();
      const stranger = await client();
      await expect(stranger.acquire(5, seconds)).rejects.toThrow(
        refusal('board/leased', 'zed0 is leased to another client'),
      );
      const refused = refusal('board/no-lease', 'does not own zed0');
      await expect(stranger.load(first, seconds)).rejects.toThrow(refused);
      await expect(stranger.infer(batchOf(first, 0, 1), seconds)).rejects.toThrow(refused);
      await expect(stranger.forward({ ...batchOf(first, 0, 1), route: [] }, seconds)).rejects.toThrow(
        refused,
      );
      await expect(stranger.list(seconds)).rejects.toThrow(refused);
      await expect(stranger.metrics(seconds)).rejects.toThrow(refused);
      await expect(stranger.unload(seconds)).rejects.toThrow(refused);
      await expect(stranger.release(seconds)).rejects.toThrow(refused);
      expect((await stranger.status(seconds)).loaded).toBe(first.package);
      await zed0.release(seconds);
      await stranger.acquire(5, seconds);
      await expect(zed0.load(first, seconds)).rejects.toThrow(refused);
    });

    test('lasts as long as its heartbeat, and ends with it', async () => {
      const zed0 = await owner(1.5);
      const stranger = await client();
      const until = performance.now() + 3000;
      while (performance.now() < until) {
        expect((await stranger.status(seconds)).leasedSeconds).toBeGreaterThan(0);
        await delay(pollMilliseconds);
      }

      zed0.close();
      await freed(stranger);
      await stranger.acquire(5, seconds);
    });

    test('can be renewed by its holder on any connection, and is checked again when a request’s turn comes', async () => {
      const { zed0, first } = await ready();
      const second = await client();
      second.borrow(zed0.lease());
      expect((await second.infer(batchOf(first, 0, 1), seconds)).images).toBe(1);
      const long = zed0.infer(batchOf(first, 0, rig.server.longBatch), 60);
      // Its answer shows that the batch before it has arrived.
      await zed0.status(seconds);
      const late = second.infer(batchOf(first, 0, 1), 60);
      const reported = expect(late).rejects.toThrow(refusal('board/no-lease', 'zed0'));
      await zed0.release(seconds);
      await reported;
      await long;
    });
  });
}
