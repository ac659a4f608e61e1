import { lastExtent } from '../../../base/shape.ts';
import { allows, datatype, smallestDatatype } from '../../datatype.ts';
import { roundedThresholds } from '../../ops/thresholds.ts';
import { valueAt } from '../../tensor.ts';
import { isScalar, isVector, scalarValue } from '../constant.ts';
import type { Affine, Constant, MultiThreshold } from '../float-graph.ts';
import type { GraphView } from '../graph-view.ts';
import type { Replacement, Rule } from '../rewrite.ts';

/**
 * A scalar Add after thresholds becomes their bias unless the result would require more bits (FINN+ 1.6.1
 * `AbsorbScalarBiasIntoMultiThreshold`).
 */
export const absorbBias: Rule = (node, graph) => {
  if (node.op !== 'MultiThreshold') return null;
  const consumer = graph.consumerOf(node);
  if (consumer?.op !== 'Add' || !isScalar(consumer.constant)) return null;
  const bias = Math.fround(node.bias + scalarValue(consumer.constant));
  const largest = bias + lastExtent(node.thresholds.shape);
  const type = smallestDatatype(bias >= 0 ? largest : Math.min(bias, -(largest + 1)));
  if (!type.integer || !allows(type, bias) || !allows(type, largest)) return null;
  if (type.bits > datatype(node.datatype).bits) return null;
  return { insert: [{ ...node, output: consumer.output, bias, datatype: type.name }], remove: [consumer] };
};

/** `x + b >= t` as `x >= t - b` (FINN+ 1.6.1 `AbsorbAddIntoMultiThreshold`). */
export const absorbAdd: Rule = (node, graph) => {
  if (node.op !== 'Add') return null;
  const consumer = graph.consumerOf(node);
  if (consumer?.op !== 'MultiThreshold' || !isPerChannel(node, consumer, graph)) return null;
  const thresholds = perChannel(
    consumer.thresholds,
    node.constant,
    (threshold, offset) => threshold - offset,
  );
  return inPlace(consumer, { ...consumer, inputs: node.inputs, thresholds });
};

/** The thresholds stay where they are in the order of nodes, which counts in networks with branches. */
function inPlace(node: MultiThreshold, to: MultiThreshold): Replacement {
  return { insert: [], change: [{ node, to }] };
}

/** `x a >= t` as `x >= t / a` for positive a (FINN+ 1.6.1 `AbsorbMulIntoMultiThreshold`). */
export const absorbMul: Rule = (node, graph) => {
  if (node.op !== 'Mul' || node.constant.values.some((value) => value < 0)) return null;
  const consumer = graph.consumerOf(node);
  if (consumer?.op !== 'MultiThreshold' || !isPerChannel(node, consumer, graph)) return null;
  const thresholds = perChannel(
    consumer.thresholds,
    node.constant,
    (threshold, factor) => threshold / factor,
  );
  return inPlace(consumer, { ...consumer, inputs: node.inputs, thresholds });
};

/** Thresholds of integers are integers (FINN+ 1.6.1 `RoundAndClipThresholds`). */
export const roundThresholds: Rule = (node, graph) => {
  if (node.op !== 'MultiThreshold') return null;
  const { thresholds } = node;
  const reached = datatype(graph.datatypeOf(node.inputs[0]));
  if (!reached.integer || thresholds.values.some(Number.isNaN)) return null;
  const rounded = roundedThresholds(thresholds.values, reached);
  const same = rounded.values.every((value, index) => value === thresholds.values[index]);
  if (same && rounded.datatype === thresholds.datatype) return null;
  return { insert: [{ ...node, thresholds: { ...thresholds, ...rounded } }] };
};

/** The axis of the channels of thresholds in a tensor of `rank` dimensions. */
export function channelAxis({ layout }: MultiThreshold, rank: number): number {
  return layout === 'NHWC' || layout === 'NWC' || rank < 2 ? rank - 1 : 1;
}

/**
 * Whether a constant is one value, or varies only along the axis of the thresholds' channels. FINN decides by the number
 * of values, and confuses axes that happen to be equally long.
 */
function isPerChannel({ inputs, constant }: Affine, thresholds: MultiThreshold, graph: GraphView): boolean {
  if (isScalar(constant)) return true;
  if (!isVector(constant)) return false;
  const rank = graph.shapeOf(inputs[0]).length;
  const axis = constant.shape.findIndex((size) => size > 1) + rank - constant.shape.length;
  return axis === channelAxis(thresholds, rank);
}

/** Changes every threshold by the operand of its channel; a single row becomes one per channel. */
function perChannel(
  thresholds: Constant,
  operand: Constant,
  change: (threshold: number, operand: number) => number,
): Constant {
  const [rows = 1, steps = 0] = thresholds.shape;
  const channels = Math.max(rows, operand.values.length);
  const values = new Float32Array(channels * steps);
  for (let index = 0; index < values.length; index++) {
    const channel = Math.floor(index / steps);
    const threshold = valueAt(thresholds.values, rows === 1 ? index % steps : index);
    values[index] = change(threshold, valueAt(operand.values, operand.values.length === 1 ? 0 : channel));
  }
  return { shape: [channels, steps], values, datatype: 'FLOAT32' };
}
