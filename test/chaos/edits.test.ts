import { expect, it } from 'vitest';
import { rounds } from './edits.ts';
import { line } from './rig/tally.ts';

it('after any edit exactly what changed runs, plan foresees it, and nothing is stale', async () => {
  const tally = await rounds(1005, 3);
  console.log(line('edits', tally));
  expect(tally.failures).toEqual([]);
});
