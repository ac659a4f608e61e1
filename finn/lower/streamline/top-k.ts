import { isScalar, scalarValue } from '../constant.ts';
import type { Rule } from '../rewrite.ts';

/** Which value is largest stays the same under scalar Add and positive Mul (FINN+ 1.6.1 `AbsorbScalarMulAddIntoTopK`). */
export const absorbIntoTopK: Rule = (node, graph) => {
  if (node.op !== 'TopK') return null;
  const producer = graph.producerOf(node.inputs[0]);
  if (producer?.op !== 'Mul' && producer?.op !== 'Add') return null;
  if (!isScalar(producer.constant) || (producer.op === 'Mul' && !(scalarValue(producer.constant) > 0)))
    return null;
  return { insert: [{ ...node, inputs: producer.inputs }], remove: [producer] };
};
