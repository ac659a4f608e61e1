import { allows, datatype } from '../../datatype.ts';
import { combine, isScalar, isVector, mapConstant } from '../constant.ts';
import type { Constant, Conv, DepthwiseMatMul, FloatNode, MatMul } from '../float-graph.ts';
import type { Rule } from '../rewrite.ts';

/** A Mul by negative values becomes a Mul by signs and one by magnitudes (FINN+ 1.6.1 `FactorOutMulSignMagnitude`). */
export const factorOutSigns: Rule = (node) => {
  if (node.op !== 'Mul' || node.constant.datatype === 'BIPOLAR') return null;
  const { constant } = node;
  if (!constant.values.some((value) => value < 0) || (!isScalar(constant) && !isVector(constant)))
    return null;
  const middle = `${node.output}:signed`;
  return {
    insert: [
      { ...node, output: middle, constant: { ...mapConstant(constant, Math.sign), datatype: 'BIPOLAR' } },
      { ...node, inputs: [middle], constant: mapConstant(constant, Math.abs) },
    ],
  };
};

/**
 * Merges a Mul by signs into the weights before it if their datatype allows it (FINN+ 1.6.1 `Absorb1BitMulIntoMatMul` and
 * `Absorb1BitMulIntoConv`).
 */
export const absorbSigns: Rule = (node, graph) => {
  if (!hasWeights(node)) return null;
  const consumer = graph.consumerOf(node);
  if (consumer?.op !== 'Mul' || datatype(consumer.constant.datatype).bits !== 1) return null;
  const { constant } = consumer;
  if (!isScalar(constant) && !isVector(constant)) return null;
  // Outputs are the last axis of a matrix and the first of a kernel.
  const shape = node.op === 'MatMul' ? constant.shape : [constant.values.length, 1, 1, 1];
  const weights = signed(node.weights, { ...constant, shape });
  return weights && { insert: [{ ...node, output: consumer.output, weights }], remove: [consumer] };
};

function hasWeights(node: FloatNode): node is MatMul | DepthwiseMatMul | Conv {
  return node.op === 'MatMul' || node.op === 'DepthwiseMatMul' || node.op === 'Conv';
}

/** Weights times signs; null if the shapes do not fit or the datatype of the weights does not allow it. */
function signed(weights: Constant, signs: Constant): Constant | null {
  const product = combine(signs, weights, (sign, weight) => sign * weight);
  const type = datatype(weights.datatype);
  if (product?.values.length !== weights.values.length) return null;
  return product.values.every((value) => allows(type, value)) ? { ...weights, values: product.values } : null;
}
