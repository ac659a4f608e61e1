import { elementCount } from '../../../base/shape.ts';
import { isScalar } from '../constant.ts';
import type { Constant, FloatNode, Split } from '../float-graph.ts';
import { outputsOf } from '../float-graph.ts';
import type { GraphView } from '../graph-view.ts';
import type { Replacement, Rule } from '../rewrite.ts';
import { mapSome } from '../some.ts';
import { freshName } from './fresh.ts';

/** The same value, added to or multiplied with all that a Split reads, moves past it to every part (FINN+ 1.6.1 `MoveScalarLinearPastSplit`). */
export const moveScalarPastSplit: Rule = (node, graph) => {
  if (node.op !== 'Split') return null;
  const producer = readByItAlone(node, graph);
  if ((producer?.op !== 'Mul' && producer?.op !== 'Add') || !isScalar(producer.constant)) return null;
  // Each with a constant of its own, since a constant belongs to one layer.
  return inEveryPart(node, producer, graph, () => ({ ...producer, constant: { ...producer.constant } }));
};

/** Values per channel are cut into those of the parts (step_cut_scales of our preset `residual`). */
export const cutArithmetic: Rule = (node, graph) => {
  if (node.op !== 'Split') return null;
  const producer = readByItAlone(node, graph);
  if (producer?.op !== 'Mul' && producer?.op !== 'Add') return null;
  const parts = cut(producer.constant, node, graph.shapeOf(node.inputs[0]).length);
  return (
    parts &&
    inEveryPart(node, producer, graph, (index) => ({
      ...producer,
      constant: parts[index] ?? producer.constant,
    }))
  );
};

/** A permutation of what a Split reads moves past it to every part (FINN+ 1.6.1 `MoveTransposePastSplit`). */
export const moveTransposePastSplit: Rule = (node, graph) => {
  if (node.op !== 'Split') return null;
  const producer = readByItAlone(node, graph);
  if (producer?.op !== 'Transpose') return null;
  const axis = producer.perm[node.axis] ?? node.axis;
  return inEveryPart({ ...node, axis }, producer, graph, () => producer);
};

function readByItAlone(node: Split, graph: GraphView): FloatNode | undefined {
  const producer = graph.producerOf(node.inputs[0]);
  return producer && graph.consumerOf(producer) === node ? producer : undefined;
}

/** The Split of what `producer` reads, with an operation behind every part. */
function inEveryPart(
  node: Split,
  producer: FloatNode,
  graph: GraphView,
  operationOf: (index: number) => FloatNode,
): Replacement {
  const outputs = outputsOf(node);
  const [first, ...others] = mapSome(outputs, (name) => freshName(name, 'part', graph));
  const split: Split = { ...node, inputs: producer.inputs, output: first, others };
  const operations = outputsOf(split).map((name, index): FloatNode => {
    const output = outputs[index] ?? name;
    return { ...operationOf(index), inputs: [name], output };
  });
  return { insert: [split, ...operations], remove: [producer] };
}

/** Null unless the constant has a value for each channel. */
function cut(constant: Constant, { axis, extents }: Split, rank: number): readonly Constant[] | null {
  const { shape, values, datatype } = constant;
  const channels = extents.reduce((sum, each) => sum + each, 0);
  const along = axis - rank + shape.length;
  if (shape[along] !== channels || elementCount(shape) !== channels) return null;
  let next = 0;
  return extents.map((extent) => {
    const own = values.slice(next, (next += extent));
    return { shape: shape.with(along, extent), values: own, datatype };
  });
}
