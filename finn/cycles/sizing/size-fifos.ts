import { uniformDepth } from '../../fifo-memory.ts';
import type { Resources } from '../../ops/op.ts';
import { sumResources } from '../../split/board.ts';
import type { Driver } from '../drivers.ts';
import { paced } from '../drivers.ts';
import type { Pace } from '../measure.ts';
import { measure } from '../measure.ts';
import type { Network } from '../network.ts';
import { descend, leastUniform } from './descend.ts';
import type { Heights } from './ladders.ts';
import { costAt, depthsAt } from './ladders.ts';
import { rungsOf } from './rungs.ts';
import { trialsOf } from './trials.ts';
import { shortOf, withinBudget } from './within-budget.ts';

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
  /** What was to be reached, and what all FIFOs would cost for it if the budget does not suffice; otherwise null. */
  readonly wanted: { readonly interval: number; readonly cost: Resources | null };
  /** Whether the pace is what was to be reached. */
  readonly isReached: boolean;
  /** Whether the depths cost no more than the budget; no depths that run do where this is false. */
  readonly isAffordable: boolean;
  readonly runs: number;
  readonly steps: number;
}

/** Steps of units in all simulations of a search, some minutes of them; a bound by time would make depths depend on the machine. */
const searchSteps = 2e10;

/** How much slower than with FIFOs that never fill is good enough. */
export const slack = 1.01;

/**
 * The cheapest depths found for a pace, none less than the folding asks for; where the budget does not suffice, those for the
 * best pace found within it. Equal questions have equal answers. Null if the network is too large to simulate, or deadlocks
 * whatever its depths.
 */
export function sizeFifos(network: Network, question: SizingQuestion): Sizing | null {
  const free = measure(
    network,
    network.fifos.map(() => Infinity),
    question,
  );
  if (free.type !== 'runs') return null;
  const unbounded = free.pace.interval;
  // Two images are enough for most networks; an image more where they promised too much.
  const first = search(network, question, { unbounded, images: 2 });
  if (first === null || first.pace.interval <= aimOf(question, unbounded) || first.wanted.cost !== null)
    return first;
  return search(network, question, { unbounded, images: 3 });
}

function search(
  network: Network,
  question: SizingQuestion,
  { unbounded, images }: { readonly unbounded: number; readonly images: number },
): Sizing | null {
  const { queue, driver, hasUram, target, budget, onProgress } = question;
  const trials = trialsOf(network, { queue, driver, images, limit: searchSteps });
  // What FIFOs hold at full pace; without it, those before the slowest layer would fill without end.
  const { occupancy } = trials.run(
    network.fifos.map(() => Infinity),
    paced(unbounded),
  );
  const ladders = network.fifos.map(({ written, width }, index) =>
    rungsOf(written, Math.max(uniformDepth, occupancy[index] ?? 0), width, hasUram),
  );
  const byOccupancy = [...occupancy.keys()].sort((a, b) => (occupancy[a] ?? 0) - (occupancy[b] ?? 0));
  const wanted = target ?? Math.floor(unbounded * slack);
  const aim = aimOf(question, unbounded);
  const intervalOf = (heights: Heights, bound: number): number => {
    onProgress?.({ runs: trials.spent().runs, target: aim, cost: costAt(ladders, heights) });
    return trials.intervalOf(depthsAt(ladders, heights), bound);
  };
  const passes = (heights: Heights): boolean => intervalOf(heights, aim) <= aim;
  const lowest = network.fifos.map(() => 0);
  const best = passes(lowest) ? lowest : descend(ladders, leastUniform(ladders, passes), byOccupancy, passes);
  const cost = costAt(ladders, best);
  const most = budget === null ? cost : sumResources([costAt(ladders, lowest), budget]);
  const isWithin = shortOf(cost, most).length === 0;
  const heights = isWithin
    ? best
    : withinBudget(ladders, best, most, (heights) => intervalOf(heights, Infinity));
  const depths = depthsAt(ladders, heights);
  const measured = measure(network, depths, { queue, driver });
  if (measured.type !== 'runs') return null;
  return {
    depths,
    pace: measured.pace,
    cost: costAt(ladders, heights),
    unbounded,
    wanted: { interval: wanted, cost: isWithin ? null : cost },
    isReached: measured.pace.interval <= wanted,
    isAffordable: shortOf(costAt(ladders, heights), most).length === 0,
    ...trials.spent(),
  };
}

/** The interval to search for: full pace where none is asked for, or one that no depths reach. */
function aimOf({ target }: SizingQuestion, unbounded: number): number {
  return target === null || target < unbounded ? Math.floor(unbounded * slack) : target;
}
