import type { HardwareGraph } from '../graph.ts';
import type { DepthOptions, DepthPolicy } from './choose-depths.ts';
import { chooseDepths } from './choose-depths.ts';
import type { Pace } from './measure.ts';
import { assumedLayers, measure } from './measure.ts';
import { networkOf } from './network.ts';
import { reasonOf } from './report.ts';
import type { Wait } from './waits.ts';

/** How fast a graph runs as it is built. */
export type GraphPace =
  /** `isAssumed`: whether layers that HLS builds are part of it. */
  | { readonly type: 'runs'; readonly pace: Pace; readonly isAssumed: boolean }
  | { readonly type: 'deadlock'; readonly waits: readonly Wait[] }
  /** There is no cycle model for it, or it would take too long. */
  | { readonly type: 'unknown'; readonly reason: string };

/** The pace of a graph for an FPGA part, with the depths of a policy. */
export function paceOfGraph(
  graph: HardwareGraph,
  part: string,
  policy: DepthPolicy,
  options: DepthOptions,
): GraphPace {
  const modelled = networkOf(graph, part);
  if (modelled.type === 'none') return { type: 'unknown', reason: reasonOf(modelled) };
  const { depths } = chooseDepths(modelled, policy, options);
  const measured = measure(modelled.network, depths, options);
  switch (measured.type) {
    case 'runs':
      return { type: 'runs', pace: measured.pace, isAssumed: assumedLayers(modelled.network).length > 0 };
    case 'deadlock':
      return { type: 'deadlock', waits: measured.waits };
    case 'too-long':
      return { type: 'unknown', reason: reasonOf(modelled) };
  }
}
