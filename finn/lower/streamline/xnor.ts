import { unsupported } from '../refuse.ts';
import type { Constant, FloatNode, MatMul, MultiThreshold } from '../float-graph.ts';
import type { GraphView } from '../graph-view.ts';
import type { Rule } from '../rewrite.ts';

/**
 * For bipolar activations and weights, counts equal bits instead: if P of K are equal, the product is 2 P - K
 * (QONNX 1.0.0 `ConvertBipolarMatMulToXnorPopcount`).
 */
export const bipolarToXnor: Rule = (node, graph) => {
  if (node.op === 'DepthwiseMatMul' && isBipolar(node, graph))
    throw unsupported(
      node,
      'is a depthwise product of bipolar operands',
      'FINN counts equal bits in whole matrices only; quantise one of them to 2 bits',
    );
  if (node.op !== 'MatMul' || !isBipolar(node, graph)) return null;
  const source = bipolarSource(node, graph);
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
  const [equal, doubled] = [`${node.output}:equal`, `${node.output}:doubled`];
  return {
    insert: [
      { ...node, op: 'XnorPopcountMatMul', output: equal, weights },
      { op: 'Mul', name, inputs: [equal], output: doubled, constant: single(2) },
      { op: 'Add', name, inputs: [doubled], output: node.output, constant: single(-count) },
    ],
    change: [{ node: source, to: { ...source, scale: 1, bias: 0, datatype: 'BINARY' } }],
  };
};

function isBipolar({ inputs, weights }: Pick<MatMul, 'inputs' | 'weights'>, graph: GraphView): boolean {
  return weights.datatype === 'BIPOLAR' && graph.datatypeOf(inputs[0]) === 'BIPOLAR';
}

/** The quantiser whose bits are counted; refuses other readers and nodes in between, which would get other values. */
function bipolarSource(node: MatMul, graph: GraphView): MultiThreshold {
  let reader: FloatNode = node;
  for (;;) {
    const producer = graph.producerOf(reader.inputs[0]);
    if (!producer)
      throw unsupported(
        node,
        'has bipolar activations that do not come from a quantiser',
        'start with a BipolarQuant',
      );
    if (graph.consumerOf(producer) !== reader)
      throw unsupported(
        node,
        'shares its bipolar activations with another layer',
        'quantise them to 2 bits where the network branches',
      );
    if (producer.op === 'MultiThreshold' && producer.datatype === 'BIPOLAR') return producer;
    if (producer.op === 'Im2Col' && producer.window.pads.some((size) => size > 0))
      throw unsupported(
        node,
        'pads bipolar activations with zeros',
        'a bit can be -1 or 1 but not 0; convolve without padding, or quantise to 2 bits',
      );
    reader = producer;
  }
}
