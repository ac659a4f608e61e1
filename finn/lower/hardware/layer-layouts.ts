import type { Layout } from '../layouts.ts';
import { customLayout, permuted, standardLayout } from '../layouts.ts';
import type { Layer, LayerTensor } from './layer.ts';

/** The layers with the layouts of their tensors as they follow from the input's (QONNX 1.0.0 `InferDataLayouts`). */
export function withLayouts(layers: readonly Layer[], input: LayerTensor): readonly Layer[] {
  const known = new Map([[input.name, input]]);
  return layers.map((layer) => {
    const from = known.get(layer.inputs[0]!)!;
    const outputs = layer.outputs.map((tensor) => ({
      ...tensor,
      layout: layoutBehind(layer, from, tensor.shape.length),
    }));
    for (const tensor of outputs) known.set(tensor.name, tensor);
    return { ...layer, outputs };
  });
}

function layoutBehind({ host }: Layer, { layout, shape }: LayerTensor, rank: number): Layout {
  switch (host?.op) {
    case 'Transpose':
      return permuted(layout, host.perm);
    case 'Reshape':
      return standardLayout(layout, rank);
    default:
      return customLayout(layout, shape.length, rank);
  }
}
