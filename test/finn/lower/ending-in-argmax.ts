import type { OnnxAttribute, OnnxModel } from '../../../onnx/model.ts';

/** A network that ends in a TopK of one, with an ArgMax of these attributes in its place; null if it ends otherwise. */
export function endingInArgMax(
  model: OnnxModel,
  attributes: { readonly [name: string]: number },
): OnnxModel | null {
  const { nodes, initializers, outputs } = model.graph;
  const top = nodes.at(-1)!;
  const count = initializers.get(top.inputs[1] ?? '');
  if (top.opType !== 'TopK' || Number(count?.values[0]) !== 1) return null;
  const [output] = outputs;
  const shape = attributes['keepdims'] === 0 ? output!.shape!.slice(0, -1) : output!.shape;
  const written = Object.entries(attributes).map(([name, value]): readonly [string, OnnxAttribute] => [
    name,
    { type: 'int', value },
  ]);
  const argMax = {
    name: 'best',
    opType: 'ArgMax',
    domain: '',
    inputs: top.inputs.slice(0, 1),
    outputs: top.outputs.slice(1),
    attributes: new Map(written),
  };
  return {
    ...model,
    graph: {
      ...model.graph,
      nodes: [...nodes.slice(0, -1), argMax],
      initializers: new Map([...initializers].filter(([name]) => name !== top.inputs[1])),
      outputs: [{ ...output!, shape }],
    },
  };
}
