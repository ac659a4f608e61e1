import type { Resources } from '../../ops/op.ts';
import { finnKinds } from '../../split/board.ts';
import type { Heights, Ladders } from './ladders.ts';
import { costAt, depthsOn, heightsWithin, rungAt } from './ladders.ts';
import { priceOf } from './rungs.ts';

/**
 * Heights that cost no more than a budget, at the best pace found: down from heights that cost more, in each round those FIFOs a
 * rung that lose the least pace for what they save; or, if that is faster, the deepest uniform ones that the budget allows. They
 * cost more than the budget only where no heights within it were found to run.
 */
export function withinBudget(
  ladders: Ladders,
  start: Heights,
  budget: Resources,
  intervalOf: (heights: Heights) => number,
): Heights {
  const fits = (heights: Heights): boolean => shortOf(costAt(ladders, heights), budget).length === 0;
  let heights = start;
  while (!fits(heights)) {
    const round = roundDown(ladders, heights, budget, intervalOf);
    const [first] = round;
    if (first === undefined) break;
    const steps = round
      .slice(1)
      .reduce<readonly Heights[]>(
        (steps, fifo) => [...steps, down(steps.at(-1) ?? heights, fifo)],
        [down(heights, first)],
      );
    const all = steps.find(fits) ?? steps.at(-1) ?? heights;
    // Each alone does not deadlock, but together they may.
    heights = intervalOf(all) < Infinity ? all : down(heights, first);
  }
  const uniform = depthsOn(ladders)
    .map((bound) => heightsWithin(ladders, bound))
    .findLast(fits);
  if (uniform === undefined) return heights;
  const pace = intervalOf(uniform);
  const isBetter = fits(heights) ? intervalOf(heights) <= pace : pace === Infinity;
  return isBetter ? heights : uniform;
}

/** The kinds of resources of which there is less than needed. */
export function shortOf(needed: Resources, available: Resources): readonly (keyof Resources)[] {
  return finnKinds.filter((kind) => needed[kind] > available[kind]);
}

function down(heights: Heights, fifo: number): Heights {
  return heights.with(fifo, (heights[fifo] ?? 0) - 1);
}

/** FIFOs that need some of what is short, in the order of the pace that a rung down loses for what it saves. */
function roundDown(
  ladders: Ladders,
  heights: Heights,
  budget: Resources,
  intervalOf: (heights: Heights) => number,
): readonly number[] {
  const short = shortOf(costAt(ladders, heights), budget);
  const now = intervalOf(heights);
  return heights
    .flatMap((height, fifo) => {
      if (height === 0) return [];
      const [cost, less] = [rungAt(ladders, fifo, height).cost, rungAt(ladders, fifo, height - 1).cost];
      const saved: Resources = { LUT: 0, BRAM_18K: 0, URAM: 0, DSP: 0 };
      const saving = priceOf(
        short.reduce((sum, kind) => ({ ...sum, [kind]: cost[kind] - less[kind] }), saved),
      );
      if (saving <= 0) return [];
      const then = intervalOf(down(heights, fifo));
      // Nothing is saved by a network that deadlocks.
      return then === Infinity ? [] : [{ fifo, loss: (then - now) / saving }];
    })
    .sort((a, b) => a.loss - b.loss)
    .map(({ fifo }) => fifo);
}
