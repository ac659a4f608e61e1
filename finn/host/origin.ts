import type { OnnxGraph, OnnxNode } from '../../onnx/model.ts';

/**
 * Where the values of an output of the part behind the boards come from: the boards, a choice of the largest on the host, or
 * arithmetic of the host.
 */
export type Origin = 'arithmetic' | 'boards' | 'choice';

export function originOf({ nodes }: OnnxGraph, output: string): Origin {
  const producers = new Map(nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
  let tensor = output;
  for (
    let node: OnnxNode | undefined;
    (node = producers.get(tensor)) !== undefined;
    tensor = node.inputs[0] ?? ''
  ) {
    if (node.opType === 'ArgMax' || (node.opType === 'TopK' && node.outputs[1] === tensor)) return 'choice';
    if (!keepsValues.has(node.opType)) return 'arithmetic';
  }
  return 'boards';
}

const keepsValues: ReadonlySet<string> = new Set([
  'Flatten',
  'Identity',
  'Reshape',
  'Squeeze',
  'Transpose',
  'Unsqueeze',
]);
