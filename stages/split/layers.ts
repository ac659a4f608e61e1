import type { SynthesisedResources } from '../../finn/ops/op.ts';
import type { Board } from '../../finn/split/board.ts';
import type { SplitLayer } from '../../finn/split/greedy.ts';
import { amounts, largerOf } from '../../finn/synthesis/amounts.ts';
import { layerResources } from '../../finn/synthesis/layer.ts';
import type { Question } from './question.ts';

/** The layers of the graph with their resources by the model that decides. */
export function layersOf({ graph, cuttable, part, model }: Question): readonly SplitLayer[] {
  return graph.nodes.map((node, index): SplitLayer => ({
    name: node.name,
    resources: largerOf(layerResources(graph, node, part, model)),
    cuttable: cuttable[index] === true,
  }));
}

/** The overhead of the layers from one index to another on a board; nothing if overheads are not modelled. */
export function besidesIn({
  needs,
}: Question): (first: number, last: number, board: Board) => SynthesisedResources {
  return (first, last, { type }) => needs(first, last, type).overhead?.total ?? amounts({});
}
