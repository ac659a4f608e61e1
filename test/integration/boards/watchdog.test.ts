import { execFileSync } from 'node:child_process';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeKey } from '../../../boards/keys.ts';
import { temporaryDirectory } from '../../boards/fixture.ts';
import { buildNatively, startServer } from '../rig/boards/server.ts';
import { counterpart } from '../rig/counterparts.ts';

counterpart('cmake', () => {
  let state: Awaited<ReturnType<typeof temporaryDirectory>>;
  beforeEach(async () => {
    state = await temporaryDirectory();
  });
  afterEach(() => state.remove());

  test('an idle server gives signs of life to its watchdog, and disarms it when it is stopped', async () => {
    const device = join(state.path, 'watchdog');
    execFileSync('mkfifo', [device]);
    const reader = await open(device, 'r+');
    const byte = async () => (await reader.read(Buffer.alloc(1), 0, 1)).buffer.toString();
    const board = await startServer(buildNatively(), join(state.path, 'zed0'), 'zed0', makeKey(), {
      backEnd: 'emulated',
      watchdog: { device, seconds: 5 },
    });
    // One at once, and the next after a third of the time.
    expect([await byte(), await byte()]).toEqual(['\0', '\0']);
    await board.stop();
    expect(await byte()).toBe('V');
    await reader.close();
  });

  test.each([
    [{ device: '/nowhere/watchdog', seconds: 15 }, 'the watchdog /nowhere/watchdog cannot be opened'],
    [{ device: '/dev/null', seconds: 1 }, 'a watchdog needs at least 5 seconds'],
  ])('a server does not start with the watchdog %j', async (watchdog, message) => {
    const started = startServer(buildNatively(), join(state.path, 'zed0'), 'zed0', makeKey(), {
      backEnd: 'emulated',
      watchdog,
    });
    await expect(started).rejects.toThrow(message);
  });
});
