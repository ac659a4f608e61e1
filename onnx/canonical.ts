import type { OnnxModel } from './model.ts';

/**
 * The canonical form of a model, whichever tool made it: opsets, metadata and annotation keys are sorted by name;
 * initializers, value types and annotations are in the order in which the nodes first use their tensor; entries about
 * tensors that do not exist are dropped. Nodes and their attributes keep their order, which matters to FINN.
 */
export function canonical(model: OnnxModel): OnnxModel {
  const { graph } = model;
  const order = tensorOrder(model);
  const ends = new Set([...graph.inputs, ...graph.outputs].map((info) => info.name));
  return {
    opsets: sorted(model.opsets),
    metadata: sorted(model.metadata),
    graph: {
      ...graph,
      name: 'graph',
      initializers: inOrder(graph.initializers, order),
      valueInfo: inOrder(
        graph.valueInfo,
        order.filter((name) => !ends.has(name)),
      ),
      annotations: new Map(
        [...inOrder(graph.annotations, order)].map(([name, annotation]) => [name, sorted(annotation)]),
      ),
    },
  };
}

function tensorOrder({ graph }: OnnxModel): string[] {
  const names = new Set(graph.inputs.map((info) => info.name));
  for (const node of graph.nodes)
    for (const name of [...node.inputs, ...node.outputs]) if (name !== '') names.add(name);
  for (const info of graph.outputs) names.add(info.name);
  return [...names];
}

function inOrder<Value>(map: ReadonlyMap<string, Value>, order: readonly string[]): Map<string, Value> {
  return new Map(order.flatMap((name) => (map.has(name) ? [[name, map.get(name) as Value] as const] : [])));
}

function sorted<Value>(map: ReadonlyMap<string, Value>): Map<string, Value> {
  return new Map([...map].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}
