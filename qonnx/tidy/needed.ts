import { extract } from '../../onnx/extract.ts';
import type { OnnxModel, OnnxNode } from '../../onnx/model.ts';

/** The model without what its outputs do not depend on: nodes, constants, and what is stated about them. Inputs remain. */
export function needed(model: OnnxModel): OnnxModel {
  return extract(model, model.graph.inputs, model.graph.outputs);
}

/** The model without outputs of nodes that nothing reads and that the operator allows to omit. */
export function withoutOptionalOutputs({ graph, ...model }: OnnxModel): OnnxModel {
  const read = new Set([
    ...graph.outputs.map(({ name }) => name),
    ...graph.nodes.flatMap(({ inputs }) => inputs),
  ]);
  const trimmed = (node: OnnxNode): OnnxNode => {
    const [first, ...others] = node.outputs;
    const isTrimmed =
      others.length > 0 && optional.has(node.opType) && !others.some((name) => read.has(name));
    return isTrimmed && first !== undefined ? { ...node, outputs: [first] } : node;
  };
  return { ...model, graph: { ...graph, nodes: graph.nodes.map(trimmed) } };
}

/** Operators that may have fewer outputs; a Split has as many parts, and a TopK always both. */
const optional: ReadonlySet<string> = new Set([
  'BatchNormalization',
  'Dropout',
  'LayerNormalization',
  'MaxPool',
]);
