import { valueAt } from '../../tensor.ts';
import { mapConstant } from '../constant.ts';
import type { Constant } from '../float-graph.ts';
import { unsupported } from '../refuse.ts';
import type { Rule } from '../rewrite.ts';

/** `x - c` as `x + (-c)` (QONNX 1.0.0 `ConvertSubToAdd`). */
export const subToAdd: Rule = (node) =>
  node.op === 'Sub'
    ? { insert: [{ ...node, op: 'Add', constant: mapConstant(node.constant, (value) => -value) }] }
    : null;

/** `x / c` as `x * (1 / c)`, rounded (QONNX 1.0.0 `ConvertDivToMul`). */
export const divToMul: Rule = (node) =>
  node.op === 'Div'
    ? { insert: [{ ...node, op: 'Mul', constant: mapConstant(node.constant, (value) => 1 / value) }] }
    : null;

/** Batch normalisation as Mul and Add per channel (QONNX 1.0.0 `BatchNormToAffine`). */
export const batchNormToAffine: Rule = (node, graph) => {
  if (node.op !== 'BatchNormalization') return null;
  const shape = graph.shapeOf(node.inputs[0]);
  const [, channels = 0, ...extents] = shape;
  for (const values of [node.scale, node.bias, node.mean, node.variance])
    if (values.length !== channels)
      throw unsupported(node, `has ${values.length} values for ${channels} channels`, 'use one per channel');
  const { fround } = Math;
  const factor = node.scale.map(
    (scale, index) => scale / fround(Math.sqrt(fround(fround(node.epsilon) + valueAt(node.variance, index)))),
  );
  const offset = node.bias.map(
    (bias, index) => bias - fround(valueAt(factor, index) * valueAt(node.mean, index)),
  );
  const constant = (values: Float32Array): Constant => ({
    shape: [1, channels, ...extents.map(() => 1)],
    values,
    datatype: 'FLOAT32',
  });
  const middle = `${node.output}:scaled`;
  return {
    insert: [
      { op: 'Mul', name: node.name, inputs: node.inputs, output: middle, constant: constant(factor) },
      { op: 'Add', name: node.name, inputs: [middle], output: node.output, constant: constant(offset) },
    ],
  };
};
