import { valueAt } from '../../tensor.ts';
import { combine, isScalar, scalarValue } from '../constant.ts';
import type { Affine, Constant, Conv, FloatNode, MatMul } from '../float-graph.ts';
import { isAffine } from '../float-graph.ts';
import type { GraphView } from '../graph-view.ts';
import type { Replacement, Rule } from '../rewrite.ts';

/** Scalar arithmetic moves past operators that do not depend on the place of a value (FINN+ 1.6.1 `MoveScalarLinearPastInvariants`). */
export const movePastInvariants: Rule = (node, graph) => {
  if (!['Reshape', 'Flatten', 'Transpose', 'GlobalAveragePool', 'Upsample'].includes(node.op)) return null;
  const producer = graph.producerOf(node.inputs[0]);
  if (!producer || !isAffine(producer) || producer.constant.values.length !== 1) return null;
  if (graph.consumerOf(producer) !== node) return null;
  return {
    insert: [
      { ...node, inputs: producer.inputs, output: producer.output },
      {
        ...producer,
        inputs: [producer.output],
        output: node.output,
        constant: { ...producer.constant, shape: [] },
      },
    ],
    remove: [producer],
  };
};

/** `(x + b) * a` as `x * a + b * a` (FINN+ 1.6.1 `MoveAddPastMul`). */
export const moveAddPastMul: Rule = (node, graph) => {
  if (node.op !== 'Add') return null;
  const consumer = graph.consumerOf(node);
  if (consumer?.op !== 'Mul') return null;
  const constant = combine(node.constant, consumer.constant, (offset, factor) => offset * factor);
  return constant && swapped({ ...node, constant }, consumer);
};

/** `x * a + b` as `(x + b / a) * a` (FINN+ 1.6.1 `MoveMulPastAdd`). */
export const moveMulPastAdd: Rule = (node, graph) => {
  if (node.op !== 'Mul') return null;
  const consumer = graph.consumerOf(node);
  if (consumer?.op !== 'Add') return null;
  const constant = combine(consumer.constant, node.constant, (offset, factor) => offset / factor);
  return constant && exchanged(node, { ...consumer, constant }, consumer);
};

/** `(x + b) W` as `x W + b (1 W)` for a scalar b (FINN+ 1.6.1 `MoveScalarAddPastMatMul`). */
export const moveAddPastMatMul: Rule = (node, graph) => {
  if (node.op !== 'Add' || !isScalar(node.constant)) return null;
  const consumer = graph.consumerOf(node);
  if (consumer?.op === 'DepthwiseMatMul') {
    const [channels = 0] = consumer.weights.shape;
    const constant = { ...responses(consumer.weights, () => scalarValue(node.constant)), shape: [channels] };
    return swapped({ ...node, constant }, consumer);
  }
  if (consumer?.op !== 'MatMul') return null;
  return swapped({ ...node, constant: columnSums(consumer, node.constant) }, consumer);
};

/**
 * An offset, of all values or per channel, moves past a convolution without padding as an offset per output (FINN+ 1.6.1
 * `MoveAddPastConv`).
 */
export const moveAddPastConv: Rule = (node, graph) => {
  if (node.op !== 'Add') return null;
  const consumer = graph.consumerOf(node);
  if (consumer?.op !== 'Conv' || consumer.window.pads.some((size) => size > 0)) return null;
  if (!isScalar(node.constant) && !isPerImageChannel(node, graph)) return null;
  return movedOn({ ...node, constant: convolved(consumer, node.constant) }, consumer);
};

/** A scalar factor moves past a product (FINN+ 1.6.1 `MoveScalarMulPastMatMul`). */
export const moveMulPastMatMul: Rule = (node, graph) => {
  const consumer = scaled(node, graph);
  return consumer?.op === 'MatMul' || consumer?.op === 'DepthwiseMatMul' ? swapped(node, consumer) : null;
};

/** A scalar factor moves past a convolution (FINN+ 1.6.1 `MoveScalarMulPastConv`). */
export const moveMulPastConv: Rule = (node, graph) => {
  const consumer = scaled(node, graph);
  return consumer?.op === 'Conv' ? movedOn(node, consumer) : null;
};

/** A scalar factor moves past a cut into windows (FINN+ 1.6.1 `MoveScalesPastIm2Col`). */
export const moveMulPastIm2Col: Rule = (node, graph) => {
  const consumer = scaled(node, graph);
  return consumer?.op === 'Im2Col' ? exchanged(node, consumer) : null;
};

/** A factor that is not negative, for all or per channel, moves past a maximum (FINN+ 1.6.1 `MoveMulPastMaxPool`). */
export const moveMulPastMaxPool: Rule = (node, graph) => {
  if (node.op !== 'Mul' || node.constant.values.some((value) => value < 0)) return null;
  const consumer = graph.consumerOf(node);
  if (consumer?.op !== 'MaxPool' || consumer.channelsLast) return null;
  if (!isScalar(node.constant) && !isPerImageChannel(node, graph)) return null;
  return movedOn(node, consumer);
};

/** A factor per channel moves past a convolution that keeps channels apart (FINN+ 1.6.1 `MoveMulPastDWConv`). */
export const moveMulPastDepthwiseConv: Rule = (node, graph) => {
  if (node.op !== 'Mul' || !isPerImageChannel(node, graph)) return null;
  const consumer = graph.consumerOf(node);
  return consumer?.op === 'Conv' && consumer.depthwise ? movedOn(node, consumer) : null;
};

/**
 * Swaps two neighbours in the place of the first; the tensor between them keeps its name. The second may be a changed form of
 * a node of the graph. In networks with branches places decide the order of layers, so this and the next two differ as FINN's
 * transformations do.
 */
export function swapped(first: FloatNode, second: FloatNode, original = second): Replacement {
  const [before, after] = crossed(first, second);
  return { insert: [before, after], remove: [original] };
}

/** As `swapped`, but the second keeps its place, and the first moves on by one. */
function movedOn(first: FloatNode, second: FloatNode): Replacement {
  const [before, after] = crossed(first, second);
  return { insert: [after], isMovedOn: true, change: [{ node: second, to: before }] };
}

/** As `swapped`, but both keep their places. */
export function exchanged(first: FloatNode, second: FloatNode, original = second): Replacement {
  const [before, after] = crossed(first, second);
  return { insert: [after], change: [{ node: original, to: before }] };
}

function crossed(first: FloatNode, second: FloatNode): readonly [FloatNode, FloatNode] {
  return [
    { ...second, inputs: first.inputs, output: first.output },
    { ...first, inputs: [first.output], output: second.output },
  ];
}

/** What alone reads the product with a scalar. */
function scaled(node: FloatNode, graph: GraphView): FloatNode | undefined {
  return node.op === 'Mul' && isScalar(node.constant) ? graph.consumerOf(node) : undefined;
}

/** Whether a constant has the shape (1, channels, 1, 1) for an image with channels first. */
function isPerImageChannel({ inputs, constant }: Affine, graph: GraphView): boolean {
  const [, channels] = graph.shapeOf(inputs[0]);
  return constant.shape.join() === [1, channels, 1, 1].join();
}

function convolved({ weights, depthwise }: Conv, offset: Constant): Constant {
  const [outputs = 0] = weights.shape;
  const at = (output: number, input: number): number =>
    valueAt(offset.values, offset.values.length === 1 ? 0 : depthwise ? output : input);
  return { ...responses(weights, at), shape: [1, outputs, 1, 1] };
}

/**
 * The responses of kernels, outputs first, to an offset for each output and input: summed input by input and place by
 * place, rounded to float32 each time, as in the library that FINN uses.
 */
function responses(weights: Constant, at: (output: number, input: number) => number): Constant {
  const [outputs = 0, inputs = 0, height = 0, width = 0] = weights.shape;
  const places = height * width;
  const sums = new Float64Array(outputs);
  for (let index = 0; index < weights.values.length; index++) {
    const output = Math.floor(index / (inputs * places));
    const input = Math.floor(index / places) % inputs;
    sums[output] = Math.fround((sums[output] ?? 0) + at(output, input) * valueAt(weights.values, index));
  }
  return { shape: [outputs], values: Float32Array.from(sums), datatype: 'FLOAT32' };
}

/**
 * The contribution of a scalar to each column. numpy sums in an order that depends on the machine; an exact sum, rounded
 * once, is between its results.
 */
function columnSums({ weights }: MatMul, offset: Constant): Constant {
  const [rows = 0, columns = 0] = weights.shape;
  const value = scalarValue(offset);
  const sums = new Float64Array(columns);
  for (let index = 0; index < rows * columns; index++) {
    const column = index % columns;
    sums[column] = (sums[column] ?? 0) + Math.fround(value * valueAt(weights.values, index));
  }
  return {
    shape: [...offset.shape.slice(0, -1), columns],
    values: Float32Array.from(sums),
    datatype: 'FLOAT32',
  };
}
