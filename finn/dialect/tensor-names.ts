import type { HardwareGraph, Tensor } from '../graph.ts';

/**
 * The same graph with tensors named by their role, whoever named them before: `global_in`, `global_out`, `MVAU_hls_0_out0`,
 * `MVAU_hls_0_param0`; in the order in which the nodes use them. FINN names some tensors at random.
 */
export function withTensorsByRole(graph: HardwareGraph): HardwareGraph {
  const names = new Map<string, string>([
    ...graph.inputs.map((name, index) => [name, numbered('global_in', index)] as const),
    ...graph.outputs.map((name, index) => [name, numbered('global_out', index)] as const),
  ]);
  const tensors = new Map<string, Tensor>(
    graph.inputs.map((name) => [names.get(name)!, tensorOf(graph, name)]),
  );
  const parameters = new Map<string, Float32Array>();
  const nodes = graph.nodes.map((node) => {
    const inputs = node.inputs.map((input, position) => {
      const values = graph.parameters.get(input);
      if (values === undefined) return names.get(input) ?? input;
      // A parameter that several nodes share stands with each of them.
      const name = `${node.name}_param${position - 1}`;
      tensors.set(name, tensorOf(graph, input));
      parameters.set(name, values);
      return name;
    });
    const outputs = node.outputs.map((output, position) => {
      const name = names.get(output) ?? `${node.name}_out${position}`;
      names.set(output, name);
      tensors.set(name, tensorOf(graph, output));
      return name;
    });
    return { ...node, inputs, outputs };
  });
  const renamed = (name: string): string => names.get(name)!;
  return {
    nodes,
    tensors,
    parameters,
    inputs: graph.inputs.map(renamed),
    outputs: graph.outputs.map(renamed),
  };
}

function numbered(role: string, index: number): string {
  return index === 0 ? role : `${role}_${index}`;
}

function tensorOf(graph: HardwareGraph, name: string): Tensor {
  const tensor = graph.tensors.get(name);
  if (!tensor) throw new Error(`the hardware graph has no tensor ${name}`);
  return tensor;
}
