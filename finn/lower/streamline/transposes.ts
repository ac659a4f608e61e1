import type { FloatNode, MaxPool } from '../float-graph.ts';
import { permuted } from '../../permute.ts';
import { isScalar, reordered } from '../constant.ts';
import { channelsFirst, channelsLast, transposesTo } from '../float-graph.ts';
import { unsupported } from '../refuse.ts';
import type { GraphView } from '../graph-view.ts';
import type { Rule } from '../rewrite.ts';
import { swapped } from './move.ts';

/** Pooling next to a transpose works with channels last (FINN+ 1.6.1 `MakeMaxPoolNHWC`). */
export const poolChannelsLast: Rule = (node, graph) => {
  if (node.op !== 'MaxPool' || node.channelsLast) return null;
  const consumer = graph.consumerOf(node);
  const producer = graph.producerOf(node.inputs[0]);
  const pool: FloatNode = { ...node, channelsLast: true };
  if (transposesTo(consumer, channelsLast)) {
    checkPads(node);
    return {
      insert: [
        { ...consumer, inputs: node.inputs, output: node.output },
        { ...pool, inputs: [node.output], output: consumer.output },
      ],
      remove: [consumer],
    };
  }
  if (!transposesTo(producer, channelsFirst) || graph.consumerOf(producer) !== node) return null;
  checkPads(node);
  return {
    insert: [
      { ...pool, inputs: producer.inputs, output: producer.output },
      { ...producer, inputs: [producer.output], output: node.output },
    ],
    remove: [producer],
  };
};

function checkPads(node: MaxPool): void {
  const [top, left, bottom, right] = node.window.pads;
  if (top === bottom && left === right) return;
  throw unsupported(
    node,
    'pads opposite sides differently',
    'FINN requires the same padding on opposite sides',
  );
}

/** Thresholds after a transpose move before it (FINN+ 1.6.1 `AbsorbTransposeIntoMultiThreshold`). */
export const absorbIntoThreshold: Rule = (node, graph) => {
  if (!transposesTo(node, channelsFirst)) return null;
  const consumer = graph.consumerOf(node);
  if (consumer?.op !== 'MultiThreshold') return null;
  // The thresholds stay where they are in the order of nodes, which counts in networks with branches.
  return {
    insert: [{ ...node, inputs: [node.output], output: consumer.output }],
    change: [
      { node: consumer, to: { ...consumer, inputs: node.inputs, output: node.output, layout: 'NHWC' } },
    ],
  };
};

/** Removes a transpose that only its inverses follow (FINN+ 1.6.1 `AbsorbConsecutiveTransposes`). */
export const absorbOpposites: Rule = (node, graph) => {
  if (node.op !== 'Transpose') return null;
  const opposites = graph.readersOf(node.output);
  const cancels = (reader: FloatNode): boolean =>
    transposesTo(reader, inverse(node.perm)) && reader.output !== graph.output;
  if (opposites.length === 0 || node.output === graph.output || !opposites.every(cancels)) return null;
  const [to] = node.inputs;
  return {
    insert: [],
    remove: opposites,
    reroute: opposites.map(({ output }) => ({ from: output, to })),
  };
};

/** The same for a single inverse only: at forks FINN has inserted a layer by then. */
export const absorbOpposite: Rule = (node, graph) =>
  graph.readersOf(node.output).length === 1 ? absorbOpposites(node, graph) : null;

/** A scalar factor moves before a transpose (FINN+ 1.6.1 `MoveTransposePastScalarMul`). */
export const moveTransposePastMul: Rule = (node, graph) => {
  if (node.op !== 'Transpose') return null;
  const consumer = graph.consumerOf(node);
  if (consumer?.op !== 'Mul' || !consumer.constant.shape.every((size) => size === 1)) return null;
  return swapped(node, consumer);
};

/** Enlarging next to a transpose works with channels last (FINN+ 1.6.1 `MakeScaleResizeNHWC`, `AbsorbTransposeIntoResize`). */
export const enlargeChannelsLast: Rule = (node, graph) => {
  if (node.op !== 'Upsample' || node.channelsLast) return null;
  const consumer = graph.consumerOf(node);
  const producer = graph.producerOf(node.inputs[0]);
  const enlarged: FloatNode = { ...node, channelsLast: true };
  if (transposesTo(producer, channelsFirst) && graph.consumerOf(producer) === node)
    return {
      insert: [
        { ...enlarged, inputs: producer.inputs, output: producer.output },
        { ...producer, inputs: [producer.output], output: node.output },
      ],
      remove: [producer],
    };
  if (!transposesTo(consumer, channelsLast)) return null;
  return {
    insert: [
      { ...consumer, inputs: node.inputs, output: node.output },
      { ...enlarged, inputs: [node.output], output: consumer.output },
    ],
    remove: [consumer],
  };
};

/** Arithmetic with a constant moves before a transpose (FINN+ 1.6.1 `MoveTransposePastEltwise`). */
export const moveTransposePastArithmetic: Rule = (node, graph) => {
  if (node.op !== 'Transpose') return null;
  const consumer = graph.consumerOf(node);
  if (consumer?.op !== 'Mul' && consumer?.op !== 'Add') return null;
  if (isScalar(consumer.constant)) return swapped(node, consumer);
  if (consumer.constant.shape.length !== node.perm.length) return null;
  return swapped(node, { ...consumer, constant: reordered(consumer.constant, inverse(node.perm)) }, consumer);
};

/** Two transposes in a row become one (FINN+ 1.6.1 `CollapseRepeatedTranspose`). */
export const collapseTransposes: Rule = (node, graph) => {
  if (node.op !== 'Transpose') return null;
  const consumer = graph.consumerOf(node);
  if (consumer?.op !== 'Transpose') return null;
  return {
    insert: [],
    change: [
      {
        node: consumer,
        to: { ...consumer, inputs: node.inputs, perm: permuted(node.perm, consumer.perm) },
      },
    ],
  };
};

/** A transpose that changes nothing goes (FINN+ 1.6.1 `RemoveIdentityTranspose`). */
export const removeIdentityTranspose: Rule = (node, graph) => {
  if (node.op !== 'Transpose' || node.output === graph.output) return null;
  if (!node.perm.every((axis, place) => axis === place)) return null;
  return { insert: [], reroute: [{ from: node.output, to: node.inputs[0] }] };
};

/** A pool between transposes, so that its image has its channels last (FINN+ 1.6.1 `InferPool`). */
export const poolBetweenTransposes: Rule = (node) =>
  (node.op === 'MaxPool' || node.op === 'QuantAvgPool2d') && !node.channelsLast
    ? { insert: betweenTransposes(node, { ...node, channelsLast: true }) }
    : null;

/** Between transposes, so that the image has its channels last (QONNX 1.0.0 `ChangeDataLayoutQuantAvgPool2d`). */
export const averageChannelsLast: Rule = (node) =>
  node.op === 'QuantAvgPool2d' && !node.channelsLast
    ? { insert: betweenTransposes(node, { ...node, channelsLast: true }) }
    : null;

/** Replaces a node that takes channels first by one that takes them last. */
export function betweenTransposes(place: FloatNode, node: FloatNode): readonly FloatNode[] {
  const { name, inputs, output } = place;
  const [before, after] = [`${output}:image`, `${output}:last`];
  return [
    { op: 'Transpose', name, inputs, output: before, perm: channelsLast },
    { ...node, inputs: [before], output: after },
    { op: 'Transpose', name, inputs: [after], output, perm: channelsFirst },
  ];
}

/** Whether a tensor is an image of one pixel, channels last. */
export function isOnePixel(tensor: string, graph: GraphView): boolean {
  const [, height, width] = graph.shapeOf(tensor);
  return graph.layoutOf(tensor)?.join('') === 'NHWC' && height === 1 && width === 1;
}

function inverse(perm: readonly number[]): readonly number[] {
  return perm.map((_, axis) => perm.indexOf(axis));
}
