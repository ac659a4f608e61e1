import { unsupported } from '../refuse.ts';
import { producerOf, type Constant, type FloatGraph, type MultiThreshold } from '../float_graph.ts';
import { inferDatatypes } from '../infer.ts';
import type { Rule } from '../rewrite.ts';

/**
 * Bipolar activations times bipolar weights count equal bits instead: with P of K equal the product is 2 P - K
 * (QONNX 1.0.0 `ConvertBipolarMatMulToXnorPopcount`).
 */
export const bipolarToXnor: Rule = (node, graph) => {
  if (node.op !== 'MatMul' || node.weights.datatype !== 'BIPOLAR') return null;
  if (inferDatatypes(graph).get(node.inputs[0]!) !== 'BIPOLAR') return null;
  const source = bipolarSource(graph, node.inputs[0]!);
  if (!source)
    throw unsupported(node, 'has bipolar activations that no quantiser makes', 'start with a BipolarQuant');
  if (producerOf(graph, node.inputs[0]!) !== source)
    throw unsupported(node, 'is reshaped between quantiser and bipolar weights', 'reshape before quantising');
  const [count = 0] = node.weights.shape;
  const weights = {
    shape: node.weights.shape,
    values: node.weights.values.map((value) => (value + 1) / 2),
    datatype: 'BINARY',
  };
  const { name } = node;
  const single = (value: number): Constant => ({
    shape: [1],
    values: Float32Array.of(value),
    datatype: 'FLOAT32',
  });
  return {
    insert: [
      { ...source, scale: 1, bias: 0, datatype: 'BINARY' },
      { ...node, op: 'XnorPopcountMatMul', output: `${node.output}:equal`, weights },
      {
        op: 'Mul',
        name,
        inputs: [`${node.output}:equal`],
        output: `${node.output}:doubled`,
        constant: single(2),
      },
      { op: 'Add', name, inputs: [`${node.output}:doubled`], output: node.output, constant: single(-count) },
    ],
    remove: [source],
  };
};

function bipolarSource(graph: FloatGraph, tensor: string): MultiThreshold | null {
  const producer = producerOf(graph, tensor);
  if (!producer) return null;
  if (producer.op === 'MultiThreshold' && producer.datatype === 'BIPOLAR') return producer;
  return bipolarSource(graph, producer.inputs[0]!);
}
