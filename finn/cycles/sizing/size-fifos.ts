import { defined } from '../../../base/defined.ts';
import type { Resources } from '../../ops/op.ts';
import { sumResources } from '../../split/board.ts';
import type { Driver } from '../drivers.ts';
import { paced } from '../drivers.ts';
import type { Pace } from '../measure.ts';
import type { Network } from '../network.ts';
import type { Rung } from './rungs.ts';
import { rungsOf } from './rungs.ts';
import type { Heights } from './descend.ts';
import { descend } from './descend.ts';
import { intervalOf, trialsOf } from './trials.ts';

/** What the depths of a network's FIFOs are chosen for. */
export interface SizingQuestion {
  readonly queue: number;
  readonly driver: Driver;
  readonly hasUram: boolean;
  /** The interval to reach, in cycles; null for one within 1 % of that with FIFOs that never fill. */
  readonly target: number | null;
  /** What the FIFOs may cost more than with the least depths; null for as much as they need. */
  readonly budget: Resources | null;
  readonly onProgress?: (progress: SizingProgress) => void;
}

export interface SizingProgress {
  readonly runs: number;
  /** The interval that is aimed at. */
  readonly target: number;
  /** The cheapest depths so far. */
  readonly cost: Resources;
}

/** The depths that were found. */
export interface Sizing {
  /** In the order of the network. */
  readonly depths: readonly number[];
  readonly pace: Pace;
  /** Of all FIFOs, by FINN's estimate. */
  readonly cost: Resources;
  /** The interval with FIFOs that never fill. */
  readonly unbounded: number;
  /** What was to be reached; `cost` is null where the search was over before it found depths for it. */
  readonly wanted: { readonly interval: number; readonly cost: Resources | null };
  /** Whether the pace is what was to be reached. */
  readonly isReached: boolean;
  readonly runs: number;
  readonly steps: number;
}

/** Steps of units in all simulations of a search, some minutes of them; a bound by time would make depths depend on the machine. */
const searchSteps = 2e10;

/**
 * The cheapest depths found for a pace, none less than the folding asks for: down from depths that keep the pace for certain,
 * one FIFO after the other. Where the budget does not suffice, the depths for the best pace within it. Null if the network is
 * too large to simulate, or deadlocks with any depths.
 */
export function sizeFifos(network: Network, question: SizingQuestion): Sizing | null {
  const { queue, driver } = question;
  const trials = trialsOf(network, { queue, driver, images: 2, limit: searchSteps });
  const unbounded = intervalOf(trials.run(network.fifos.map(() => Infinity)));
  if (unbounded === Infinity) return null;
  const interval = Math.max(question.target ?? 0, Math.floor(unbounded * slack));
  const { occupancy } = trials.run(
    network.fifos.map(() => Infinity),
    paced(unbounded),
  );
  const ladders = network.fifos.map(({ written, width }, index) =>
    rungsOf(written, defined(occupancy[index], 'every FIFO was watched'), width, question.hasUram),
  );
  const rungsAt = (heights: Heights): readonly Rung[] =>
    heights.map((height, index) => defined(ladders[index]?.[height], 'a height is that of a rung'));
  const depthsAt = (heights: Heights): readonly number[] => rungsAt(heights).map(({ depth }) => depth);
  const costAt = (heights: Heights): Resources => sumResources(rungsAt(heights).map(({ cost }) => cost));
  const heights = descend(
    ladders,
    ladders.map(({ length }) => length - 1),
    (heights) => {
      question.onProgress?.({ runs: trials.spent().runs, target: interval, cost: costAt(heights) });
      return trials.intervalOf(depthsAt(heights), interval) <= interval;
    },
  );
  const depths = depthsAt(heights);
  const run = trials.run(depths);
  return {
    depths,
    pace: { interval: intervalOf(run), latency: (run.ends[0] ?? 0) - run.start },
    cost: costAt(heights),
    unbounded,
    wanted: { interval, cost: null },
    isReached: intervalOf(run) <= interval,
    ...trials.spent(),
  };
}

/** How much slower than with FIFOs that never fill is good enough. */
const slack = 1.01;
