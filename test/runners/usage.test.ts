import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { watchUsage } from '../../runners/usage.ts';

it('sees memory and CPU time of a session, with those of children that it started', async () => {
  const program = `
    const held = Buffer.alloc(100e6, 1);
    const end = Date.now() + 1500;
    while (Date.now() < end);
    console.log(held.length);
  `;
  const child = spawn('sh', ['-c', `"${process.execPath}" -e '${program}'; true`], {
    detached: true,
    stdio: 'ignore',
  });
  const watch = watchUsage(child.pid ?? 0);
  await once(child, 'exit');
  const { cpuMilliseconds, peakBytes } = watch.stop();
  expect(peakBytes).toBeGreaterThan(100e6);
  expect(peakBytes).toBeLessThan(1e9);
  expect(cpuMilliseconds).toBeGreaterThan(0);
  expect(cpuMilliseconds).toBeLessThan(10_000);
});

it('knows nothing of a session that is over at once', async () => {
  const child = spawn('true', { detached: true, stdio: 'ignore' });
  const watch = watchUsage(child.pid ?? 0);
  await once(child, 'exit');
  expect(watch.stop()).toEqual({ cpuMilliseconds: null, peakBytes: null });
});
