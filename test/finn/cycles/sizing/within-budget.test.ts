import { expect, it } from 'vitest';
import { costAt } from '../../../../finn/cycles/sizing/ladders.ts';
import type { Heights } from '../../../../finn/cycles/sizing/ladders.ts';
import { rungsOf } from '../../../../finn/cycles/sizing/rungs.ts';
import { withinBudget } from '../../../../finn/cycles/sizing/within-budget.ts';

// Two FIFOs of 16 bits: neither may be less deep alone, but at two equal depths the network runs.
const ladder = rungsOf(2, 65, 16, false);
const ladders = [ladder, ladder];
const intervalOf = ([first = 0, second = 0]: Heights): number => (first === second ? 200 - first : Infinity);

it('depths within the budget that run come before deeper ones that do not fit', () => {
  const top = ladder.length - 1;
  const budget = costAt(ladders, [1, 1]);
  expect(withinBudget(ladders, [top, top], budget, intervalOf)).toEqual([1, 1]);
});
