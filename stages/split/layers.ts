import { nodeOf } from '../../finn/ops/index.ts';
import type { Resources } from '../../finn/ops/op.ts';
import type { Board } from '../../finn/split/board.ts';
import type { SplitLayer } from '../../finn/split/greedy.ts';
import type { Question } from './question.ts';

/** The layers of the graph with their estimates for the part. */
export function layersOf({ graph, cuttable, part }: Question): readonly SplitLayer[] {
  return graph.nodes.map((node, index): SplitLayer => {
    const { op, view } = nodeOf(graph, node);
    return { name: node.name, resources: op.resources(view, part), cuttable: cuttable[index] === true };
  });
}

/** The overhead of the layers from one index to another on a board; nothing if overheads are not modelled. */
export function besidesIn({ overhead }: Question): (first: number, last: number, board: Board) => Resources {
  const nothing = { LUT: 0, BRAM_18K: 0, URAM: 0, DSP: 0 };
  return (first, last, { type }) => (overhead === null ? nothing : overhead(first, last, type).total);
}
