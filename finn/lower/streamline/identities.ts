import { consumerOf, producerOf, type FloatGraph, type FloatNode } from '../float_graph.ts';
import { rewrite } from '../rewrite.ts';

/**
 * Removes Add and Sub of about 0 and Mul and Div by about 1 (QONNX 1.0.0 `RemoveIdentityOps`, numpy's `isclose` with
 * both tolerances 1e-5). FINN does so after every pass, so a scale that happens to come out near 1 is dropped.
 */
export function removeIdentities(graph: FloatGraph): FloatGraph {
  return rewrite(graph, (node, current) => {
    if (!isIdentity(node)) return null;
    const producer = producerOf(current, node.inputs[0]!);
    if (producer) return { insert: [{ ...producer, output: node.output }], remove: [producer] };
    const consumer = consumerOf(current, node);
    return consumer ? { insert: [{ ...consumer, inputs: node.inputs }], remove: [consumer] } : null;
  });
}

function isIdentity(node: FloatNode): boolean {
  const { fround } = Math;
  const tolerance = 1e-5;
  switch (node.op) {
    case 'Add':
    case 'Sub':
      return node.constant.values.every((value) => Math.abs(value) <= fround(tolerance));
    case 'Mul':
    case 'Div':
      return node.constant.values.every((value) => Math.abs(fround(value - 1)) <= fround(2 * tolerance));
    case 'BatchNormalization':
    case 'Quant':
    case 'BipolarQuant':
    case 'MatMul':
    case 'XnorPopcountMatMul':
    case 'MultiThreshold':
    case 'Reshape':
    case 'Flatten':
    case 'Relu':
    case 'TopK':
      return false;
  }
}
