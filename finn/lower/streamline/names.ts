import type { FloatGraph, FloatNode } from '../float-graph.ts';
import { outputsOf } from '../float-graph.ts';
import { mapSome } from '../some.ts';

/** Tensors named after the node that makes them, as QONNX's `GiveReadableTensorNames` does. */
export function withFinnNames(graph: FloatGraph): FloatGraph {
  const names = new Map([[graph.input.name, 'global_in']]);
  for (const [node, name] of finnNames(graph.nodes))
    for (const [position, output] of outputsOf(node).entries()) names.set(output, `${name}_out${position}`);
  names.set(graph.output, 'global_out');
  const rename = (name: string): string => names.get(name) ?? name;
  return {
    nodes: graph.nodes.map((node): FloatNode => {
      const [inputs, output] = [mapSome(node.inputs, rename), rename(node.output)];
      return node.op === 'Split'
        ? { ...node, inputs, output, others: node.others.map(rename) }
        : { ...node, inputs, output };
    }),
    input: { ...graph.input, name: rename(graph.input.name) },
    output: rename(graph.output),
  };
}

/** QONNX's names, such as `MatMul_0`, for nodes in their order. */
export function finnNames(nodes: readonly FloatNode[]): ReadonlyMap<FloatNode, string> {
  const counts = new Map<string, number>();
  return new Map(
    nodes.map((node) => {
      const kind = kindOf(node);
      const count = counts.get(kind) ?? 0;
      counts.set(kind, count + 1);
      return [node, `${kind}_${count}`];
    }),
  );
}

function kindOf(node: FloatNode): string {
  switch (node.op) {
    case 'DepthwiseMatMul':
      return 'MatMul';
    case 'MaxPool':
      return node.channelsLast ? 'MaxPoolNHWC' : node.op;
    case 'Sum':
      return 'Add';
    default:
      return node.op;
  }
}
