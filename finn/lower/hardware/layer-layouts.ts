import { defined } from '../../../base/defined.ts';
import type { TensorLayout } from '../layouts.ts';
import { customLayout, permutedLayout, standardLayout } from '../layouts.ts';
import { mapSome } from '../some.ts';
import { permutationOf } from './host.ts';
import type { Layer, LayerTensor } from './layer.ts';

/** The layers with the layouts of their tensors, which follow from the input's layout (QONNX 1.0.0 `InferDataLayouts`). */
export function withLayouts(layers: readonly Layer[], input: LayerTensor): readonly Layer[] {
  const known = new Map([[input.name, input]]);
  return layers.map((layer) => {
    const [name] = layer.inputs;
    const from = defined(known.get(name), `${name} is the input or was made by an earlier layer`);
    const outputs = mapSome(layer.outputs, (tensor) => ({
      ...tensor,
      layout: layoutBehind(layer, from, tensor.shape.length),
    }));
    for (const tensor of outputs) known.set(tensor.name, tensor);
    return { ...layer, outputs };
  });
}

function layoutBehind(layer: Layer, { layout, shape }: LayerTensor, rank: number): TensorLayout {
  const perm = permutationOf(layer);
  if (perm) return permutedLayout(layout, perm);
  return layer.host ? standardLayout(layout, rank) : customLayout(layout, shape.length, rank);
}
