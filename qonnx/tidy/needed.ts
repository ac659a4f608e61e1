import type { OnnxModel, OnnxNode } from '../../onnx/model.ts';

/** The model without what its outputs do not depend on: nodes, constants, and what is stated about them. Inputs remain. */
export function needed({ graph, ...model }: OnnxModel): OnnxModel {
  const wanted = new Set(graph.outputs.map(({ name }) => name));
  const nodes: OnnxNode[] = [];
  for (const node of graph.nodes.toReversed()) {
    if (!node.outputs.some((name) => wanted.has(name))) continue;
    nodes.unshift(node);
    for (const name of node.inputs) wanted.add(name);
  }
  const used = new Set([
    ...wanted,
    ...graph.inputs.map(({ name }) => name),
    ...nodes.flatMap(({ outputs }) => outputs),
  ]);
  const kept = <T>(entries: ReadonlyMap<string, T>): ReadonlyMap<string, T> =>
    new Map([...entries].filter(([name]) => used.has(name)));
  return {
    ...model,
    graph: {
      ...graph,
      nodes,
      initializers: kept(graph.initializers),
      valueInfo: kept(graph.valueInfo),
      annotations: kept(graph.annotations),
    },
  };
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
