import { defined } from '../../base/defined.ts';
import type { HardwareGraph, Tensor } from '../graph.ts';
import { tensorOf } from '../graph.ts';

/**
The same graph with tensors named by their role, whatever their previous names: `global_in`, `global_out`, `MVAU_hls_0_out0`,
 * `MVAU_hls_0_param0`; in the order in which the nodes use them. FINN names some tensors at random.
 */
export function withTensorsByRole(graph: HardwareGraph): HardwareGraph {
  const names = new Map<string, string>([
    ...graph.inputs.map((name, index) => [name, numbered('global_in', index)] as const),
    ...graph.outputs.map((name, index) => [name, numbered('global_out', index)] as const),
  ]);
  const renamed = (name: string): string =>
    defined(names.get(name), 'every tensor that a graph makes or takes has a name');
  const tensors = new Map<string, Tensor>(graph.inputs.map((name) => [renamed(name), tensorOf(graph, name)]));
  const parameters = new Map<string, Float32Array>();
  const nodes = graph.nodes.map((node) => {
    const inputs = node.inputs.map((input, position) => {
      const values = graph.parameters.get(input);
      if (values === undefined) return names.get(input) ?? input;
      // A parameter shared by several nodes is repeated for each of them.
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
