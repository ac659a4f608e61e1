import type { HardwareGraph } from '../graph.ts';
import type { DepthOptions, DepthPolicy } from './choose-depths.ts';
import { chooseDepths } from './choose-depths.ts';
import { keepDepths } from './keep-depths.ts';
import type { Measured } from './measure.ts';
import { measure } from './measure.ts';
import type { FifoPlace } from './network.ts';
import { networkOf } from './network.ts';
import type { TimingReport } from './report.ts';
import { timingReport } from './report.ts';
import type { Sizing } from './sizing/size-fifos.ts';

/** What a timing depends on besides the graph. */
export interface TimingQuestion extends Omit<DepthOptions, 'queue'> {
  readonly part: string;
  readonly policy: DepthPolicy;
  /** The output queue of an MVAU_rtl: FINN's, or two places deeper. */
  readonly queue: 'deep' | 'finn';
  /** Sized depths that were built last, in the order of the FIFOs; null for none. */
  readonly built: readonly number[] | null;
}

export interface TimedGraph {
  readonly places: readonly FifoPlace[];
  /** In the order of the places. */
  readonly depths: readonly number[];
  /** Null unless depths were sized. */
  readonly sizing: Sizing | null;
  /** Whether the depths that were built last are kept, although others were found that cost less. */
  readonly isCheaperPossible: boolean;
  readonly report: TimingReport;
}

/** Chooses the depths of a graph's FIFOs and simulates it; falls back on FINN's estimates where there is no cycle model. */
export function timeGraph(graph: HardwareGraph, question: TimingQuestion): TimedGraph {
  const { part, clockMHz, policy, driver, built } = question;
  const queue = queuePlaces(question.queue);
  const modelled = networkOf(graph, part);
  const places = modelled.type === 'network' ? modelled.network.fifos : modelled.fifos;
  const chosen = chooseDepths(modelled, policy, { ...question, queue });
  const measured = (depths: readonly number[], watch = false): Measured =>
    modelled.type === 'network'
      ? measure(modelled.network, depths, { queue, driver, watch })
      : { type: 'too-long' };
  const kept = keepDepths(built, chosen, places, { ...question, measured });
  const found = measured(kept.depths, true);
  const unbounded =
    chosen.sizing?.unbounded ?? unboundedOf(found, () => measured(places.map(() => Infinity)));
  const report = timingReport(graph, modelled, kept.depths, found, { clockMHz, unbounded });
  return { places, sizing: chosen.sizing, ...kept, report };
}

/** The interval with FIFOs that never fill; null if it cannot be found out. */
function unboundedOf(found: Measured, measured: () => Measured): number | null {
  const free = found.type === 'too-long' ? found : measured();
  return free.type === 'runs' ? free.pace.interval : null;
}

/** Places that the output queue of an MVAU_rtl has more than in FINN+ 1.6.1. */
export function queuePlaces(queue: 'deep' | 'finn'): number {
  return queue === 'deep' ? 2 : 0;
}
