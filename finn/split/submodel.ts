import type { HardwareGraph, HardwareNode, Tensor } from '../graph.ts';

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
  const inputs = [...read].filter((name) => !made.has(name) && !graph.parameters.has(name));
  const outputs = [...made].filter((name) => !read.has(name));
  const localTensors = new Map<string, string>([
    ...inputs.map((name, index) => [name, numbered('global_in', index)] as const),
    ...outputs.map((name, index) => [name, numbered('global_out', index)] as const),
  ]);
  const localNames = renumbered(nodes);
  const tensors = new Map<string, Tensor>(
    inputs.map((name) => [localTensors.get(name)!, graph.tensors.get(name)!]),
  );
  const parameters = new Map<string, Float32Array>();
  const localNodes = nodes.map((node, index) => {
    const name = localNames[index]!;
    const localInputs = node.inputs.map((input, position) => {
      const values = graph.parameters.get(input);
      if (values === undefined) return localTensors.get(input)!;
      const local = `${name}_param${String(position - 1)}`;
      tensors.set(local, graph.tensors.get(input)!);
      parameters.set(local, values);
      return local;
    });
    const localOutputs = node.outputs.map((output, position) => {
      const local = localTensors.get(output) ?? `${name}_out${String(position)}`;
      localTensors.set(output, local);
      tensors.set(local, graph.tensors.get(output)!);
      return local;
    });
    return { ...node, name, inputs: localInputs, outputs: localOutputs };
  });
  return {
    graph: {
      nodes: localNodes,
      tensors,
      parameters,
      inputs: inputs.map((name) => localTensors.get(name)!),
      outputs: outputs.map((name) => localTensors.get(name)!),
    },
    names: nodes.map(({ name }, index) => [localNames[index]!, name]),
  };
}

function renumbered(nodes: readonly HardwareNode[]): readonly string[] {
  const counts = new Map<string, number>();
  return nodes.map(({ opType }) => {
    const count = counts.get(opType) ?? 0;
    counts.set(opType, count + 1);
    return `${opType}_${String(count)}`;
  });
}

function numbered(role: string, index: number): string {
  return index === 0 ? role : `${role}_${String(index)}`;
}
