import { defined } from '../../../base/defined.ts';
import type { Resources } from '../../ops/op.ts';
import { sumResources } from '../../split/board.ts';
import type { Rung } from './rungs.ts';

/** The rungs of each FIFO, the least depth first. */
export type Ladders = readonly (readonly Rung[])[];

/** By FIFO, the index of its rung. */
export type Heights = readonly number[];

export function rungAt(ladders: Ladders, fifo: number, height: number): Rung {
  return defined(ladders[fifo]?.[height], 'a height is that of a rung');
}

export function depthsAt(ladders: Ladders, heights: Heights): readonly number[] {
  return heights.map((height, fifo) => rungAt(ladders, fifo, height).depth);
}

/** What all FIFOs cost together. */
export function costAt(ladders: Ladders, heights: Heights): Resources {
  return sumResources(heights.map((height, fifo) => rungAt(ladders, fifo, height).cost));
}

/** The greatest heights at which no FIFO is deeper than `bound`, but for those that may not be as shallow. */
export function heightsWithin(ladders: Ladders, bound: number): Heights {
  return ladders.map((rungs) =>
    Math.max(
      0,
      rungs.findLastIndex(({ depth }) => depth <= bound),
    ),
  );
}

/** All depths of the ladders, the least first. */
export function depthsOn(ladders: Ladders): readonly number[] {
  return [...new Set(ladders.flatMap((rungs) => rungs.map(({ depth }) => depth)))].sort((a, b) => a - b);
}
