import type { Driver } from '../drivers.ts';
import type { Network } from '../network.ts';
import type { Run } from '../simulate.ts';
import { simulate } from '../simulate.ts';

/** Simulations of a network with different depths, in sum bounded by a number of steps. */
export interface Trials {
  /** The interval with these depths; Infinity for one above `bound`, for a deadlock, and once the steps are used up. */
  readonly intervalOf: (depths: readonly number[], bound: number) => number;
  /** A whole run of these depths, with another driver if there is one. */
  readonly run: (depths: readonly number[], driver?: Driver) => Run;
  readonly spent: () => { readonly runs: number; readonly steps: number };
}

/** `images` per trial; `limit` is the number of steps of units in all. */
export function trialsOf(
  network: Network,
  {
    queue,
    driver,
    images,
    limit,
  }: {
    readonly queue: number;
    readonly driver: Driver;
    readonly images: number;
    readonly limit: number;
  },
): Trials {
  const known = new Map<string, { readonly interval: number; readonly bound: number }>();
  let [runs, steps] = [0, 0];
  const run = (depths: readonly number[], pace: number, world: Driver): Run => {
    const result = simulate(network, depths, { images, queue, limit: limit - steps, driver: world, pace });
    runs += 1;
    steps += result.steps;
    return result;
  };
  return {
    intervalOf: (depths, bound) => {
      const key = depths.join();
      const before = known.get(key);
      if (before !== undefined && (before.interval < Infinity || bound <= before.bound))
        return before.interval;
      const interval = intervalOf(run(depths, bound, driver));
      known.set(key, { interval, bound });
      return interval;
    },
    run: (depths, world = driver) => run(depths, Infinity, world),
    spent: () => ({ runs, steps }),
  };
}

/** Cycles between the last two images of a run; Infinity unless all came out. */
function intervalOf({ ending, ends }: Run): number {
  const [before = 0, last = Infinity] = ends.slice(-2);
  return ending === 'done' ? last - before : Infinity;
}
