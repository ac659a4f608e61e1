import type { OnnxModel, OnnxNode } from './model.ts';

/** The model without the names that several nodes have; their outputs name those nodes instead. */
export function withDistinctNames(model: OnnxModel): OnnxModel {
  const counts = new Map<string, number>();
  for (const { name } of model.graph.nodes) counts.set(name, (counts.get(name) ?? 0) + 1);
  const distinct = (node: OnnxNode): OnnxNode =>
    (counts.get(node.name) ?? 0) > 1 ? { ...node, name: '' } : node;
  return { ...model, graph: { ...model.graph, nodes: model.graph.nodes.map(distinct) } };
}
