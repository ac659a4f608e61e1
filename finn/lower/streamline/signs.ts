import { allows, datatype } from '../../datatype.ts';
import { combine, isScalar, isVector, mapConstant } from '../constant.ts';
import { consumerOf } from '../float_graph.ts';
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

/** A Mul by signs goes into the weights in front where their datatype allows it (FINN+ 1.6.1 `Absorb1BitMulIntoMatMul`). */
export const absorbSigns: Rule = (node, graph) => {
  if (node.op !== 'MatMul') return null;
  const consumer = consumerOf(graph, node);
  if (consumer?.op !== 'Mul' || consumer.constant.datatype !== 'BIPOLAR') return null;
  const product = combine(consumer.constant, node.weights, (sign, weight) => sign * weight);
  const type = datatype(node.weights.datatype);
  if (!product?.values.every((value) => allows(type, value))) return null;
  const weights = { ...node.weights, values: product.values };
  return { insert: [{ ...node, output: consumer.output, weights }], remove: [consumer] };
};
