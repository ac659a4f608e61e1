import type { Driver } from '../drivers.ts';
import { paced } from '../drivers.ts';
import { measure } from '../measure.ts';
import type { Network } from '../network.ts';
import { descend, leastUniform } from './descend.ts';
import type { Heights } from './ladders.ts';
import { depthsAt } from './ladders.ts';
import type { Rung } from './rungs.ts';
import { rungOf, rungsOf } from './rungs.ts';
import { searchSteps, slack } from './size-fifos.ts';
import { trialsOf } from './trials.ts';

/**
 * Depths with those FIFOs raised that are on branches between a fork and its join, as far as a pace within 1 % of that with
 * branches that never fill needs it; all others, and a network without branches, stay. They stay too where the network is too
 * large to simulate, or deadlocks whatever its branches hold.
 */
export function joinDepths(
  network: Network,
  depths: readonly number[],
  { queue, driver, hasUram }: { readonly queue: number; readonly driver: Driver; readonly hasUram: boolean },
): readonly number[] {
  const onBranch = branches(network);
  if (!onBranch.includes(true)) return depths;
  const open = depths.map((depth, index) => (onBranch[index] === true ? Infinity : depth));
  const free = measure(network, open, { queue, driver });
  if (free.type !== 'runs') return depths;
  const trials = trialsOf(network, { queue, driver, images: 2, limit: searchSteps });
  const { occupancy } = trials.run(open, paced(free.pace.interval));
  const ladders = network.fifos.map(({ width }, index): readonly Rung[] => {
    const [least, most] = [depths[index] ?? 2, occupancy[index] ?? 0];
    return onBranch[index] === true ? rungsOf(least, most, width, hasUram) : [rungOf(least, width, hasUram)];
  });
  const aim = Math.floor(free.pace.interval * slack);
  const passes = (heights: Heights): boolean => trials.intervalOf(depthsAt(ladders, heights), aim) <= aim;
  return depthsAt(ladders, descend(ladders, leastUniform(ladders, passes), [], passes));
}

/** By FIFO, whether words can pass from the source to the sink without it. */
function branches({ fifos, units, source, sink }: Network): readonly boolean[] {
  const places = [...fifos.map(({ input, output }) => ({ inputs: [input], outputs: [output] })), ...units];
  return fifos.map((_, without) => {
    const reached = new Set([source.link]);
    let before = 0;
    while (before < reached.size) {
      before = reached.size;
      for (const [index, { inputs, outputs }] of places.entries())
        if (index !== without && inputs.some((link) => reached.has(link)))
          for (const link of outputs) reached.add(link);
    }
    return reached.has(sink.link);
  });
}
