import type { Driver } from '../drivers.ts';
import { paced } from '../drivers.ts';
import { measure } from '../measure.ts';
import type { Network } from '../network.ts';
import { least } from './least.ts';
import type { Rung } from './rungs.ts';
import { rungsOf } from './rungs.ts';
import { slack } from './size-fifos.ts';
import { trialsOf } from './trials.ts';

/** Steps of units in the simulations for all joins of a network, some seconds of them; a bound by time would depend on the machine. */
const joinSteps = 4e9;

/** Depths with the FIFOs in front of joins so deep that they never fill: no branch then waits for another one. */
export function openJoins(network: Network, depths: readonly number[]): readonly number[] {
  const open = atJoins(network);
  return depths.map((depth, index) => (open[index] === true ? Infinity : depth));
}

/**
 * Depths with the FIFOs in front of joins raised to the least ones for a pace within 1 % of that with joins that never fill, each
 * as low as it may be alone, in their order. All others stay, and all stay in a network without joins, too large to simulate,
 * or that deadlocks whatever its joins hold.
 */
export function joinDepths(
  network: Network,
  depths: readonly number[],
  { queue, driver, hasUram }: { readonly queue: number; readonly driver: Driver; readonly hasUram: boolean },
): readonly number[] {
  const isAtJoin = atJoins(network);
  if (!isAtJoin.includes(true)) return depths;
  const open = openJoins(network, depths);
  const free = measure(network, open, { queue, driver });
  if (free.type !== 'runs') return depths;
  const trials = trialsOf(network, { queue, driver, images: 2, limit: joinSteps });
  // What they hold when images come at the pace: a capacity with which one schedule ends suffices for every schedule.
  const { occupancy } = trials.run(open, paced(free.pace.interval));
  const ladders = network.fifos.map(({ width }, index): readonly Rung[] =>
    isAtJoin[index] === true ? rungsOf(depths[index] ?? 2, occupancy[index] ?? 0, width, hasUram) : [],
  );
  const aim = Math.floor(free.pace.interval * slack);
  const chosen = depths.map((depth, index) => ladders[index]?.at(-1)?.depth ?? depth);
  for (const [index, rungs] of ladders.entries()) {
    const height = least(rungs.length - 1, (tried) => {
      const depths = chosen.with(index, rungs[tried]?.depth ?? 2);
      return trials.intervalOf(depths, aim) <= aim;
    });
    chosen[index] = rungs[height]?.depth ?? chosen[index] ?? 2;
  }
  return chosen;
}

/** By FIFO, whether its words go to a unit that takes words of other FIFOs too. */
function atJoins({ fifos, units }: Network): readonly boolean[] {
  const joined = new Set(units.flatMap(({ inputs }) => (inputs.length > 1 ? inputs : [])));
  return fifos.map(({ output }) => joined.has(output));
}
