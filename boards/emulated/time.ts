import { chooseDepths } from '../../finn/cycles/choose-depths.ts';
import type { DepthSettings } from '../../finn/cycles/depths.ts';
import { withDepths } from '../../finn/cycles/depths.ts';
import { dma } from '../../finn/cycles/drivers.ts';
import type { Pace } from '../../finn/cycles/measure.ts';
import { measure } from '../../finn/cycles/measure.ts';
import { queuePlaces } from '../../finn/cycles/time-graph.ts';
import { networkOf } from '../../finn/cycles/network.ts';
import { describeWait } from '../../finn/cycles/waits.ts';
import type { HardwareGraph } from '../../finn/graph.ts';
import { Refusal } from '../../base/refusal.ts';
import type { BoardType } from '../data.ts';
import type { PackageDescription } from '../package/format.ts';

/** The name of the file in an emulated package with the depths of its FIFOs; without it they are 33 words deep. */
export const depthsFile = 'depths.json';

/**
 * How fast the logic of an emulated package runs, by the cycle model; by FINN's estimates where the model does not cover it.
 * Refuses a network that would stop before its first image is out.
 */
export function paceOf(
  graph: HardwareGraph,
  depths: DepthSettings | null,
  { cycles, part, clockMHz }: Pick<PackageDescription, 'cycles' | 'part' | 'clockMHz'>,
  type: Pick<BoardType, 'portWidth' | 'resources'>,
): Pace {
  const modelled = networkOf(depths === null ? graph : withDepths(graph, depths), part);
  const estimated = { interval: cycles.max, latency: cycles.total };
  if (modelled.type === 'none') return estimated;
  const options = {
    ...{ queue: queuePlaces('deep'), driver: dma(type.portWidth), clockMHz },
    ...{ hasUram: type.resources.URAM > 0, budget: null },
  };
  const chosen = chooseDepths(modelled, { type: depths === null ? 'uniform' : 'minimal' }, options);
  const measured = measure(modelled.network, chosen.depths, options);
  switch (measured.type) {
    case 'runs':
      return measured.pace;
    case 'too-long':
      return estimated;
    case 'deadlock':
      throw new Refusal(
        'board/deadlock',
        'the logic stops before the first image is out: its FIFOs are too small',
        `use toolchain.fifos: 33 or sized; ${measured.waits.map(describeWait).join('; ')}`,
      );
  }
}

/** Seconds that the accelerator needs for a batch: the first image takes the latency, each further one the interval. */
export function computeSeconds({ latency, interval }: Pace, clockMHz: number, images: number): number {
  return (latency + (images - 1) * interval) / (clockMHz * 1e6);
}
