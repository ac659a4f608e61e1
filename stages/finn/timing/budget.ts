import type { BoardType } from '../../../boards/data.ts';
import type { HardwareGraph } from '../../../finn/graph.ts';
import type { Resources } from '../../../finn/ops/op.ts';
import { neededBy } from '../../../finn/split/needs.ts';
import type { SplitCounting } from '../../split/counting.ts';

/** What a split left free on a board for FIFOs deeper than the least ones; nothing of a kind that is used up. */
export function freeOn(
  { resources, portWidth }: BoardType,
  graph: HardwareGraph,
  part: string,
  { model, limits, isModelled }: SplitCounting,
): Resources {
  const platform = { portWidth, hasUram: resources.URAM > 0 };
  const counting = { model, part, leastFifoDepth: 2 };
  const { total } = neededBy(graph, counting, isModelled ? platform : null);
  const free = (kind: 'LUT' | 'BRAM_18K' | 'URAM' | 'DSP'): number =>
    Math.max(0, Math.floor(resources[kind] * (limits[kind] ?? 1)) - total[kind]);
  return { LUT: free('LUT'), BRAM_18K: free('BRAM_18K'), URAM: free('URAM'), DSP: free('DSP') };
}
