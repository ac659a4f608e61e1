import { expect, it } from 'vitest';
import { rounds } from './kills.ts';
import { line } from './rig/tally.ts';

it('after kill -9 at any moment the next run is well, and nothing is left, repeated or wrong', async () => {
  const tally = await rounds(1000, 10);
  console.log(line('kills', tally));
  expect(tally.failures).toEqual([]);
  // Kills before the first and after the last action would prove little.
  expect(tally.figures['done before']).toBeGreaterThan(10);
});
