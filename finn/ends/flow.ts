import type { OnnxGraph, OnnxNode } from '../../onnx/model.ts';

/** What happens to a network's input: its nodes without those that only compute constants, in topological order. */
export interface Flow {
  readonly nodes: readonly OnnxNode[];
  /** The tensors that a node reads and that follow from the network's input. */
  readonly activationsOf: (node: OnnxNode) => readonly string[];
}

export function flowOf(graph: OnnxGraph): Flow {
  const follows = new Set(graph.inputs.map(({ name }) => name));
  const nodes = graph.nodes.filter(({ inputs, outputs }) => {
    if (!inputs.some((name) => follows.has(name))) return false;
    for (const name of outputs) follows.add(name);
    return true;
  });
  return {
    nodes,
    activationsOf: ({ inputs }) => [...new Set(inputs.filter((name) => follows.has(name)))],
  };
}
