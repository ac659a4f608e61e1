import { expect, it } from 'vitest';
import { rounds } from './damage.ts';
import { whyNotConfined } from './rig/namespace.ts';
import { line } from './rig/tally.ts';

const reason = whyNotConfined();

it.skipIf(reason !== null)(
  `no damage of one file runs another command, gives a wrong result or keeps a project from building${reason === null ? '' : ` (${reason})`}`,
  async () => {
    const tally = await rounds(1000, 25);
    console.log(line('damage', tally));
    expect(tally.failures).toEqual([]);
  },
);
