import { combine, isScalar } from '../constant.ts';
import { consumerOf, producerOf, type Affine, type Constant } from '../float_graph.ts';
import type { Rule } from '../rewrite.ts';

/** Scalar arithmetic goes behind a reshape, which does not care (FINN+ 1.6.1 `MoveScalarLinearPastInvariants`). */
export const movePastReshape: Rule = (node, graph) => {
  if (node.op !== 'Reshape' && node.op !== 'Flatten') return null;
  const producer = producerOf(graph, node.inputs[0]!);
  if (!producer || !isAffine(producer) || producer.constant.values.length !== 1) return null;
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
  const consumer = consumerOf(graph, node);
  if (consumer?.op !== 'Mul') return null;
  const constant = combine(node.constant, consumer.constant, (offset, factor) => offset * factor);
  if (!constant) return null;
  return {
    insert: [
      { ...consumer, inputs: node.inputs, output: node.output },
      { ...node, inputs: [node.output], output: consumer.output, constant },
    ],
    remove: [consumer],
  };
};

/** `(x + b) W` as `x W + b (1 W)` for a scalar b (FINN+ 1.6.1 `MoveScalarAddPastMatMul`). */
export const moveAddPastMatMul: Rule = (node, graph) => {
  if (node.op !== 'Add' || !isScalar(node.constant)) return null;
  const consumer = consumerOf(graph, node);
  if (consumer?.op !== 'MatMul') return null;
  const constant = columnSums(consumer.weights, node.constant);
  return {
    insert: [
      { ...consumer, inputs: node.inputs, output: node.output },
      { ...node, inputs: [node.output], output: consumer.output, constant },
    ],
    remove: [consumer],
  };
};

/** `(x a) W` as `(x W) a` for a scalar a (FINN+ 1.6.1 `MoveScalarMulPastMatMul`). */
export const moveMulPastMatMul: Rule = (node, graph) => {
  if (node.op !== 'Mul' || !isScalar(node.constant)) return null;
  const consumer = consumerOf(graph, node);
  if (consumer?.op !== 'MatMul') return null;
  return {
    insert: [
      { ...consumer, inputs: node.inputs, output: node.output },
      { ...node, inputs: [node.output], output: consumer.output },
    ],
    remove: [consumer],
  };
};

function isAffine(node: { readonly op: string }): node is Affine {
  return ['Mul', 'Div', 'Add', 'Sub'].includes(node.op);
}

/**
 * What a scalar contributes to each column. numpy sums in an order that depends on the machine; summing exactly and
 * rounding once lies between its results.
 */
function columnSums(weights: Constant, offset: Constant): Constant {
  const [rows = 0, columns = 0] = weights.shape;
  const value = offset.values[0]!;
  const sums = new Float64Array(columns);
  for (let index = 0; index < rows * columns; index++)
    sums[index % columns]! += Math.fround(value * weights.values[index]!);
  return {
    shape: [...offset.shape.slice(0, -1), columns],
    values: Float32Array.from(sums),
    datatype: 'FLOAT32',
  };
}
