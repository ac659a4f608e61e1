import { withTensorsByRole } from '../dialect/tensor-names.ts';
import type { HardwareGraph, HardwareNode } from '../graph.ts';

/** A piece of a network that stands alone, under names of its own. */
export interface Submodel {
  /** Nodes renumbered per op type as FINN does, tensors named by their role: equal pieces are equal graphs. */
  readonly graph: HardwareGraph;
  /** Local and original name of each node in order. */
  readonly names: readonly (readonly [string, string])[];
}

/** Cuts the graph behind the nodes of these ascending indices; each cut is crossed by one activation only. */
export function cutGraph(graph: HardwareGraph, cuts: readonly number[]): readonly Submodel[] {
  const ends = [...cuts, graph.nodes.length - 1];
  return ends.map((end, position) => {
    const nodes = graph.nodes.slice(position === 0 ? 0 : ends[position - 1]! + 1, end + 1);
    return standalone(graph, nodes);
  });
}

function standalone(graph: HardwareGraph, nodes: readonly HardwareNode[]): Submodel {
  const made = new Set(nodes.flatMap(({ outputs }) => outputs));
  const read = new Set(nodes.flatMap(({ inputs }) => inputs));
  const localNames = renumbered(nodes);
  return {
    graph: withTensorsByRole({
      ...graph,
      nodes: nodes.map((node, index) => ({ ...node, name: localNames[index]! })),
      inputs: [...read].filter((name) => !made.has(name) && !graph.parameters.has(name)),
      outputs: [...made].filter((name) => !read.has(name)),
    }),
    names: nodes.map(({ name }, index) => [localNames[index]!, name]),
  };
}

function renumbered(nodes: readonly HardwareNode[]): readonly string[] {
  const counts = new Map<string, number>();
  return nodes.map(({ opType }) => {
    const count = counts.get(opType) ?? 0;
    counts.set(opType, count + 1);
    return `${opType}_${count}`;
  });
}
