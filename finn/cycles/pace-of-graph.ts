import type { HardwareGraph } from '../graph.ts';
import { uniformDepths, writtenDepths } from './choose-depths.ts';
import type { Driver } from './drivers.ts';
import type { Pace } from './measure.ts';
import { assumedLayers, measure } from './measure.ts';
import { networkOf } from './network.ts';
import { reasonOf } from './report.ts';
import { openJoins } from './sizing/join-depths.ts';
import type { Wait } from './waits.ts';

/** How fast a graph runs as it is built. */
export type GraphPace =
  /** `isAssumed`: whether layers that HLS builds are part of it. */
  | { readonly type: 'runs'; readonly pace: Pace; readonly isAssumed: boolean }
  | { readonly type: 'deadlock'; readonly waits: readonly Wait[] }
  /** There is no cycle model for it, or it would take too long. */
  | { readonly type: 'unknown'; readonly reason: string };

/**
 * The pace of a graph for an FPGA part either with the depths that its folding asks for (`isShallow`), or with those of the
 * policy `uniform`. Those in front of joins are not searched for: with the least ones for full pace, and with any deeper ones, the
 * pace is the same within 1 %. `limit` bounds the steps of units, by default to some seconds.
 */
export function paceOfGraph(
  graph: HardwareGraph,
  part: string,
  isShallow: boolean,
  options: { readonly queue: number; readonly driver: Driver; readonly limit?: number },
): GraphPace {
  const modelled = networkOf(graph, part);
  if (modelled.type === 'none') return { type: 'unknown', reason: reasonOf(modelled) };
  const { network } = modelled;
  const depths = isShallow ? writtenDepths(network.fifos) : openJoins(network, uniformDepths(network.fifos));
  const measured = measure(network, depths, options);
  switch (measured.type) {
    case 'runs':
      return { type: 'runs', pace: measured.pace, isAssumed: assumedLayers(network).length > 0 };
    case 'deadlock':
      return { type: 'deadlock', waits: measured.waits };
    case 'too-long':
      return { type: 'unknown', reason: reasonOf(modelled) };
  }
}
