import { allows, datatype, smallestDatatype } from '../../datatype.ts';
import { isScalar, isVector } from '../constant.ts';
import { consumerOf, type Constant } from '../float_graph.ts';
import type { Rule } from '../rewrite.ts';

/**
 * A scalar Add behind thresholds becomes their bias, unless the result would need more bits (FINN+ 1.6.1
 * `AbsorbScalarBiasIntoMultiThreshold`).
 */
export const absorbBias: Rule = (node, graph) => {
  if (node.op !== 'MultiThreshold') return null;
  const consumer = consumerOf(graph, node);
  if (consumer?.op !== 'Add' || !isScalar(consumer.constant)) return null;
  const bias = Math.fround(node.bias + consumer.constant.values[0]!);
  const largest = bias + node.thresholds.shape[1]!;
  const type = smallestDatatype(bias >= 0 ? largest : Math.min(bias, -(largest + 1)));
  if (!type.integer || !allows(type, bias) || !allows(type, largest)) return null;
  if (type.bits > datatype(node.datatype).bits) return null;
  return { insert: [{ ...node, output: consumer.output, bias, datatype: type.name }], remove: [consumer] };
};

/** `x + b >= t` as `x >= t - b` (FINN+ 1.6.1 `AbsorbAddIntoMultiThreshold`). */
export const absorbAdd: Rule = (node, graph) => {
  if (node.op !== 'Add') return null;
  const { constant } = node;
  const channels = constant.shape[constant.shape.length === 1 ? 0 : 1];
  if (!isScalar(constant) && channels !== constant.values.length) return null;
  const consumer = consumerOf(graph, node);
  if (consumer?.op !== 'MultiThreshold') return null;
  const thresholds = perChannel(consumer.thresholds, constant, (threshold, offset) => threshold - offset);
  return { insert: [{ ...consumer, inputs: node.inputs, thresholds }], remove: [consumer] };
};

/** `x a >= t` as `x >= t / a` for positive a (FINN+ 1.6.1 `AbsorbMulIntoMultiThreshold`). */
export const absorbMul: Rule = (node, graph) => {
  if (node.op !== 'Mul' || node.constant.values.some((value) => value < 0)) return null;
  if (!isScalar(node.constant) && !isVector(node.constant)) return null;
  const consumer = consumerOf(graph, node);
  if (consumer?.op !== 'MultiThreshold') return null;
  const thresholds = perChannel(
    consumer.thresholds,
    node.constant,
    (threshold, factor) => threshold / factor,
  );
  return { insert: [{ ...consumer, inputs: node.inputs, thresholds }], remove: [consumer] };
};

/** Every threshold changed by the operand of its channel; one row becomes as many as there are channels. */
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
    const threshold = thresholds.values[rows === 1 ? index % steps : index]!;
    values[index] = change(threshold, operand.values[operand.values.length === 1 ? 0 : channel]!);
  }
  return { shape: [channels, steps], values, datatype: 'FLOAT32' };
}
