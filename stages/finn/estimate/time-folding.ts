import { boardType } from '../../../boards/data.ts';
import type { Target } from '../../../core/contracts/types.ts';
import { dma } from '../../../finn/cycles/drivers.ts';
import type { GraphPace } from '../../../finn/cycles/pace-of-graph.ts';
import { paceOfGraph } from '../../../finn/cycles/pace-of-graph.ts';
import { queuePlaces } from '../../../finn/cycles/time-graph.ts';
import type { HardwareGraph } from '../../../finn/graph.ts';
import type { Toolchain } from '../../toolchain.ts';

export type { GraphPace } from '../../../finn/cycles/pace-of-graph.ts';

/**
 * How fast a folded network runs as one piece, with the depths that the pipeline's policy has without a search: sized FIFOs
 * count as those of 33 words.
 */
export function timeFolding(
  graph: HardwareGraph,
  { board, part, clockMHz }: Target,
  { fifos, mvauQueue }: Pick<Toolchain, 'fifos' | 'mvauQueue'>,
): GraphPace {
  const { portWidth, resources } = boardType(board);
  const policy = { type: fifos.type === 'minimal' ? 'minimal' : 'uniform' } as const;
  return paceOfGraph(graph, part, policy, {
    ...{ queue: queuePlaces(mvauQueue), driver: dma(portWidth), clockMHz },
    ...{ hasUram: resources.URAM > 0, budget: null },
  });
}
