import type { Resources } from '../ops/op.ts';
import { fifoResources } from '../overheads/fifo.ts';
import { sumResources } from '../split/board.ts';
import type { ChosenDepths } from './choose-depths.ts';
import { writtenDepths } from './choose-depths.ts';
import type { Measured } from './measure.ts';
import type { FifoPlace } from './network.ts';
import { priceOf } from './sizing/rungs.ts';

/** The depths to build, and whether cheaper ones than those that were built last were found. */
export interface KeptDepths {
  readonly depths: readonly number[];
  readonly isCheaperPossible: boolean;
}

/**
 * Keeps the depths that were built last as long as they hold the pace of those that were chosen now, within the budget, so that
 * a better search never repeats a synthesis. `budget` is what FIFOs may cost more than the least ones.
 */
export function keepDepths(
  built: readonly number[] | null,
  chosen: ChosenDepths,
  places: readonly FifoPlace[],
  {
    budget,
    hasUram,
    measured,
  }: {
    readonly budget: Resources | null;
    readonly hasUram: boolean;
    readonly measured: (depths: readonly number[]) => Measured;
  },
): KeptDepths {
  const { depths, sizing } = chosen;
  const isLegal =
    built?.length === places.length &&
    places.every(({ written }, index) => Number.isInteger(built[index]) && (built[index] ?? 0) >= written);
  if (built === null || sizing === null || !isLegal) return { depths, isCheaperPossible: false };
  const costOf = (of: readonly number[]): Resources =>
    sumResources(places.map(({ width }, index) => fifoResources(of[index] ?? 2, width, hasUram)));
  const least = costOf(writtenDepths(places));
  const own = costOf(built);
  const extra = (kind: 'LUT' | 'BRAM_18K' | 'URAM'): number => own[kind] - least[kind];
  const isAffordable =
    budget === null || (['LUT', 'BRAM_18K', 'URAM'] as const).every((kind) => extra(kind) <= budget[kind]);
  const found = measured(built);
  const bound = Math.max(sizing.pace.interval, sizing.wanted.interval);
  const holds = found.type === 'runs' && found.pace.interval <= bound;
  if (!holds || !isAffordable) return { depths, isCheaperPossible: false };
  return { depths: built, isCheaperPossible: priceOf(costOf(depths)) < priceOf(own) };
}
