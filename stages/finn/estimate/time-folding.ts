import { boardType } from '../../../boards/data.ts';
import type { Target } from '../../../core/contracts/types.ts';
import { dma } from '../../../finn/cycles/drivers.ts';
import type { GraphPace } from '../../../finn/cycles/pace-of-graph.ts';
import { paceOfGraph } from '../../../finn/cycles/pace-of-graph.ts';
import { queuePlaces } from '../../../finn/cycles/time-graph.ts';
import type { HardwareGraph } from '../../../finn/graph.ts';
import type { Toolchain } from '../../toolchain.ts';

export type { GraphPace } from '../../../finn/cycles/pace-of-graph.ts';

/** How fast a folded network runs as one piece, with FIFOs of 33 words, also where the pipeline sizes them, or with minimal ones. */
export function timeFolding(
  graph: HardwareGraph,
  { board, part }: Target,
  { fifos, mvauQueue }: Pick<Toolchain, 'fifos' | 'mvauQueue'>,
): GraphPace {
  return paceOfGraph(graph, part, fifos.type === 'minimal', {
    queue: queuePlaces(mvauQueue),
    driver: dma(boardType(board).portWidth),
  });
}
