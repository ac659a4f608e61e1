import type { HardwareGraph } from '../graph.ts';
import type { DepthPolicy } from './choose-depths.ts';
import { chooseDepths } from './choose-depths.ts';
import type { Driver } from './drivers.ts';
import type { Measured } from './measure.ts';
import { measure } from './measure.ts';
import type { FifoPlace } from './network.ts';
import { networkOf } from './network.ts';
import type { TimingReport } from './report.ts';
import { timingReport } from './report.ts';

/** What a timing depends on besides the graph. */
export interface TimingQuestion {
  readonly part: string;
  readonly clockMHz: number;
  readonly policy: DepthPolicy;
  /** The output queue of an MVAU_rtl: FINN's, or two places deeper. */
  readonly queue: 'deep' | 'finn';
  readonly driver: Driver;
}

export interface TimedGraph {
  readonly places: readonly FifoPlace[];
  /** In the order of the places. */
  readonly depths: readonly number[];
  readonly report: TimingReport;
}

/** Chooses the depths of a graph's FIFOs and simulates it; falls back on FINN's estimates where there is no cycle model. */
export function timeGraph(graph: HardwareGraph, question: TimingQuestion): TimedGraph {
  const { part, clockMHz, policy, driver } = question;
  const queue = queuePlaces(question.queue);
  const modelled = networkOf(graph, part);
  const places = modelled.type === 'network' ? modelled.network.fifos : modelled.fifos;
  const depths = chooseDepths(modelled, policy, { queue, driver });
  const measured = (depths: readonly number[]): Measured =>
    modelled.type === 'network' ? measure(modelled.network, depths, { queue, driver }) : { type: 'too-long' };
  const found = measured(depths);
  const free = found.type === 'too-long' ? found : measured(places.map(() => Infinity));
  const unbounded = free.type === 'runs' ? free.pace.interval : null;
  const report = timingReport(graph, modelled, depths, found, { clockMHz, unbounded });
  return { places, depths, report };
}

/** Places that the output queue of an MVAU_rtl has more than in FINN+ 1.6.1. */
function queuePlaces(queue: 'deep' | 'finn'): number {
  return queue === 'deep' ? 2 : 0;
}
