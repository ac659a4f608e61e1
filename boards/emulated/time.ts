import type { DepthSettings } from '../../finn/cycles/depths.ts';
import { withDepths } from '../../finn/cycles/depths.ts';
import { dma } from '../../finn/cycles/drivers.ts';
import type { Pace } from '../../finn/cycles/measure.ts';
import { queuePlaces } from '../../finn/cycles/time-graph.ts';
import { paceOfGraph } from '../../finn/cycles/pace-of-graph.ts';
import type { Wait } from '../../finn/cycles/waits.ts';
import { describeWait } from '../../finn/cycles/waits.ts';
import { hardwareFaults } from '../../finn/faults/index.ts';
import type { HardwareGraph } from '../../finn/graph.ts';
import { Refusal } from '../../base/refusal.ts';
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
  { cycles, part }: Pick<PackageDescription, 'cycles' | 'part'>,
  portWidth: number,
): Pace {
  const found = paceOfGraph(depths === null ? graph : withDepths(graph, depths), part, depths !== null, {
    queue: queuePlaces('deep'),
    driver: dma(portWidth),
  });
  switch (found.type) {
    case 'runs':
      return found.pace;
    case 'unknown':
      return { interval: cycles.max, latency: cycles.total };
    case 'deadlock':
      throw new Refusal(
        'board/deadlock',
        'the logic stops: its layers wait for each other',
        `${adviceOn(graph, found.waits)}; ${found.waits.map(describeWait).join('; ')}`,
      );
  }
}

/** Where layers that wait have hardware that FINN gets wrong, no depth of FIFOs helps. */
function adviceOn(graph: HardwareGraph, waits: readonly Wait[]): string {
  const faults = hardwareFaults(graph).filter(({ layer }) => waits.some((wait) => wait.layer === layer));
  return faults.length === 0
    ? 'use toolchain.fifos: 33 or sized'
    : faults.map(({ layer, fault, remedy }) => `${layer} ${fault}: ${remedy}`).join('; ');
}

/** Seconds that the accelerator needs for a batch: the first image takes the latency, each further one the interval. */
export function computeSeconds({ latency, interval }: Pace, clockMHz: number, images: number): number {
  return (latency + (images - 1) * interval) / (clockMHz * 1e6);
}
