import { describe, expect, test } from 'vitest';
import { exportedNetwork, kinds } from '../../integration/rig/networks/exported/index.ts';
import { judged } from '../../rig/against-original/judge.ts';

/** Of each kind; `npm run test:long -- networks` tries thousands. */
const seeds = [0, 1, 2, 3];

describe('random networks compute on boards and host what they are, or are refused', () => {
  test.each(kinds)('%s', (kind) => {
    const verdicts = seeds.map((seed) => judged(exportedNetwork(seed, kind), seed));
    expect(verdicts.filter(({ type }) => type === 'wrong')).toEqual([]);
    const taken = verdicts.filter(({ type }) => type === 'taken');
    if (kind === 'unequal') expect(taken).toEqual([]);
    else expect(taken.length).toBeGreaterThan(0);
  });
});
