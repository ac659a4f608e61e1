import type { Driver } from './drivers.ts';
import type { Network } from './network.ts';
import type { Run } from './simulate.ts';
import { simulate } from './simulate.ts';
import { isAssumed } from './unit-spec.ts';
import type { Wait } from './waits.ts';

/** Steps of units that one question may take: some seconds. */
const simulationLimit = 1e9;

/** How fast a network runs, in clock cycles. */
export interface Pace {
  /** From the last word of an image to that of the next, in steady state. */
  readonly interval: number;
  /** From the first word in to the last word of the first image out. */
  readonly latency: number;
}

/** The answer of the cycle model about a network with given depths. */
export type Measured =
  | { readonly type: 'runs'; readonly pace: Pace; readonly run: Run }
  | { readonly type: 'deadlock'; readonly waits: readonly Wait[]; readonly run: Run }
  /** The simulation would take too long. */
  | { readonly type: 'too-long' };

/**
 * Runs three images through a network, and more until two intervals in a row agree or six have come; the last interval counts.
 * `queue` is the number of places that the queue of an MVAU_rtl has more than FINN's; `watch` samples waits;
 * `limit` bounds the steps of units.
 */
export function measure(
  network: Network,
  depths: readonly number[],
  {
    queue,
    driver,
    watch = false,
    limit = simulationLimit,
  }: {
    readonly queue: number;
    readonly driver: Driver;
    readonly watch?: boolean;
    readonly limit?: number | undefined;
  },
): Measured {
  for (let images = 3; ; images += 1) {
    const run = simulate(network, depths, { images, queue, driver, limit, watch });
    if (run.ending === 'limit') return { type: 'too-long' };
    if (run.ending === 'deadlock') return { type: 'deadlock', waits: run.waits, run };
    const [before = 0, middle = 0, last = 0] = run.ends.slice(-3);
    const interval = last - middle;
    if (interval !== middle - before && images < 6) continue;
    const [first = 0] = run.ends;
    return { type: 'runs', pace: { interval, latency: first - run.start }, run };
  }
}

/** The layers of a network whose schedule is assumed. */
export function assumedLayers({ units }: Network): readonly string[] {
  return units.flatMap(({ layer, spec }) => (layer !== null && isAssumed(spec) ? [layer] : []));
}
