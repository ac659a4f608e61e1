import { expect, it } from 'vitest';
import { orderedSet } from '../../core/execution/ordered-set.ts';
import { seeded } from '../rig/seeded.ts';

it('gives its numbers in order, each once, also if they are added on the way', () => {
  for (let seed = 1; seed <= 50; seed++) {
    const random = seeded(seed);
    const some = (count: number) => Array.from({ length: count }, () => Math.floor(random() * 40));
    const first = some(20);
    const set = orderedSet(first);
    const expected = new Set(first);
    for (let time = 0; time < 60; time++) {
      if (random() < 0.4)
        for (const value of some(2)) {
          set.add(value);
          expected.add(value);
        }
      const smallest = expected.size === 0 ? null : Math.min(...expected);
      expect(set.takeFirst()).toBe(smallest);
      if (smallest !== null) expected.delete(smallest);
    }
  }
});
