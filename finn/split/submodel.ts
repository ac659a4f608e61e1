import { withTensorsByRole } from '../dialect/tensor-names.ts';
import type { HardwareGraph, HardwareNode } from '../graph.ts';

/** A piece of a network as a separate graph with its own names. */
export interface Submodel {
  /** Nodes renumbered per op type as FINN does, tensors named by their role: equal pieces are equal graphs. */
  readonly graph: HardwareGraph;
  /** Local and original name of each node in order. */
  readonly names: readonly (readonly [string, string])[];
}

/** Cuts the graph after the nodes of these ascending indices; only one activation crosses each cut. */
export function cutGraph(graph: HardwareGraph, cuts: readonly number[]): readonly Submodel[] {
  const starts = [0, ...cuts.map((cut) => cut + 1)];
  return starts.map((start, position) => standalone(graph, graph.nodes.slice(start, starts[position + 1])));
}

function standalone(graph: HardwareGraph, nodes: readonly HardwareNode[]): Submodel {
  const made = new Set(nodes.flatMap(({ outputs }) => outputs));
  const read = new Set(nodes.flatMap(({ inputs }) => inputs));
  const local = renumbered(nodes);
  return {
    graph: withTensorsByRole({
      ...graph,
      nodes: local,
      inputs: [...read].filter((name) => !made.has(name) && !graph.parameters.has(name)),
      outputs: [...made].filter((name) => !read.has(name)),
    }),
    names: nodes.map(({ name }, index) => [local[index]?.name ?? name, name]),
  };
}

function renumbered(nodes: readonly HardwareNode[]): readonly HardwareNode[] {
  const counts = new Map<string, number>();
  return nodes.map((node) => {
    const count = counts.get(node.opType) ?? 0;
    counts.set(node.opType, count + 1);
    return { ...node, name: `${node.opType}_${count}` };
  });
}
