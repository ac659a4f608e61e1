import { describe, expect, it } from 'vitest';
import { defined } from '../../../../base/defined.ts';
import { eager } from '../../../../finn/cycles/drivers.ts';
import { measure } from '../../../../finn/cycles/measure.ts';
import type { Network } from '../../../../finn/cycles/network.ts';
import { priceOf, rungOf } from '../../../../finn/cycles/sizing/rungs.ts';
import type { Sizing, SizingQuestion } from '../../../../finn/cycles/sizing/size-fifos.ts';
import { sizeFifos } from '../../../../finn/cycles/sizing/size-fifos.ts';
import { bursts, chain, forked, steady } from './networks.ts';

const question: SizingQuestion = { queue: 2, driver: eager, hasUram: false, target: null, budget: null };

function size(network: Network, changes: Partial<SizingQuestion> = {}): Sizing {
  return defined(sizeFifos(network, { ...question, ...changes }), 'the network is small and runs');
}

function intervalOf(network: Network, depths: readonly number[]): number {
  const measured = measure(network, depths, question);
  return measured.type === 'runs' ? measured.pace.interval : Infinity;
}

/** The lowest price at which these depths keep a pace, of all that are possible. */
function cheapest(network: Network, depths: readonly number[], interval: number): number {
  const all = network.fifos.reduce<readonly (readonly number[])[]>(
    (lists) => lists.flatMap((list) => depths.map((depth) => [...list, depth])),
    [[]],
  );
  const price = (list: readonly number[]): number =>
    list.reduce((sum, depth, index) => sum + rungOf(depth, network.fifos[index]!.width, false).price, 0);
  return Math.min(...all.filter((list) => intervalOf(network, list) <= interval).map(price));
}

// Bursts of 200 words, which the layer behind them takes one every second cycle, need a FIFO of half as many.
const bursty = chain([bursts(200, 4), steady(2, 800)], 800);

describe('sized FIFOs', () => {
  it('keep the pace of FIFOs that never fill within 1 %, with a deep one where it is needed', () => {
    const { depths, pace, unbounded, isReached } = size(bursty);
    expect(depths).toEqual([2, 129, 2]);
    expect(isReached).toBe(true);
    expect(pace.interval).toBeLessThanOrEqual(unbounded * 1.01);
    expect(intervalOf(bursty, [2, 65, 2])).toBeGreaterThan(unbounded * 1.01);
  });

  it.each([
    ['a burst before a steady layer', bursty],
    ['a steady layer before a burst', chain([steady(2, 800), bursts(200, 4)], 800)],
    ['two bursts', chain([bursts(50, 16), bursts(80, 10)], 800)],
    ['a fork', forked(bursts(60, 8), 480)],
  ])('are as cheap as any that keep the pace: %s', (_, network) => {
    const { cost, unbounded } = size(network);
    const depths = network.fifos.length > 3 ? [2, 33, 64, 65, 129] : [2, 33, 65, 129, 257, 513];
    expect(priceOf(cost)).toBe(cheapest(network, depths, Math.floor(unbounded * 1.01)));
  });

  it('stay as shallow as may be where the pace that is asked for allows it', () => {
    const slow = intervalOf(bursty, [2, 2, 2]);
    expect(size(bursty, { target: slow })).toMatchObject({ depths: [2, 2, 2], isReached: true });
    expect(size(bursty, { target: slow - 1 }).depths).not.toEqual([2, 2, 2]);
  });

  it('come as near as they can to a pace that no depths reach', () => {
    const { depths, isReached, wanted } = size(bursty, { target: 1000 });
    expect({ depths, isReached, wanted }).toEqual({
      depths: [2, 129, 2],
      isReached: false,
      wanted: { interval: 1000, cost: null },
    });
  });

  it('take no more trials for a pace that no depths reach than for full pace', () => {
    expect(size(bursty, { target: 1000 }).runs).toBe(size(bursty).runs);
    const trials: number[] = [];
    size(bursty, { target: 1000, onProgress: ({ runs }) => trials.push(runs) });
    expect(trials).toEqual([...trials].sort((a, b) => a - b));
  });

  it('are never less deep than the folding asks for', () => {
    expect(size(chain([steady(1, 800)], 800, 16, 40)).depths).toEqual([40, 40]);
  });

  it('cost no more than the budget, and say what the pace would cost', () => {
    const free = size(bursty);
    const least = size(bursty, { target: Infinity });
    const budget = { ...free.cost, LUT: free.cost.LUT - least.cost.LUT - 1 };
    const { cost, pace, isReached, wanted } = size(bursty, { budget });
    expect(cost.LUT).toBeLessThan(free.cost.LUT);
    expect(isReached).toBe(false);
    expect(wanted.cost).toEqual(free.cost);
    expect(pace.interval).toBeGreaterThan(free.pace.interval);
    expect(pace.interval).toBeLessThan(least.pace.interval);
  });

  it('do not deadlock for the sake of a budget', () => {
    const none = { LUT: 0, BRAM_18K: 0, URAM: 0, DSP: 0 };
    const network = forked(bursts(60, 8), 480);
    expect(intervalOf(network, [2, 2, 2, 2, 2])).toBe(Infinity);
    expect(size(network, { budget: none }).pace.interval).toBeLessThan(Infinity);
  });

  it('say that the budget does not suffice for depths that run', () => {
    const none = { LUT: 0, BRAM_18K: 0, URAM: 0, DSP: 0 };
    const network = forked(bursts(60, 8), 480);
    expect(size(network, { budget: none }).isAffordable).toBe(false);
    expect(size(network, { budget: { ...none, LUT: 1000 } }).isAffordable).toBe(true);
    expect(size(bursty, { budget: none }).isAffordable).toBe(true);
  });

  it('are the same each time', () => {
    expect(size(bursty)).toEqual(size(bursty));
  });

  it('report each trial', () => {
    const targets: number[] = [];
    const { unbounded } = size(bursty, { onProgress: ({ target }) => targets.push(target) });
    expect(new Set(targets)).toEqual(new Set([Math.floor(unbounded * 1.01)]));
  });
});
