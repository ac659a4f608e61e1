import type { Datatype } from '../datatype.ts';
import type { HardwareGraph } from '../graph.ts';
import { nodeOf } from '../ops/index.ts';

/** A layer that counts up to `count` in an accumulator too narrow for it. */
export interface NarrowAccumulator {
  readonly name: string;
  readonly count: number;
  readonly datatype: Datatype;
}

/**
 * The binary matrix-vector units to which FINN+ 1.6.1 gives too narrow an accumulator: its range is that of weights of -1
 * and 1 times inputs of 0 and 1, but the layer counts equal pairs, from 0 to MW.
 */
export function narrowAccumulators(graph: HardwareGraph): readonly NarrowAccumulator[] {
  return graph.nodes.flatMap((node): readonly NarrowAccumulator[] => {
    if (node.attributes['binaryXnorMode'] !== 1) return [];
    const { view } = nodeOf(graph, node);
    const [count, datatype] = [view.integer('MW'), view.datatype('accDataType')];
    return count > datatype.maximum ? [{ name: node.name, count, datatype }] : [];
  });
}
