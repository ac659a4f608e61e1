import type { OnnxNode } from '../../onnx/model.ts';
import { constantReshape } from './reshapes.ts';
import type { Replacement } from './rewrite.ts';
import { joined } from './rewrite.ts';
import type { View } from './view.ts';

/**
 * What makes `<name>:image` of a constant for sequences: the same with a last axis of 1, behind as many axes as a sequence has.
 * Through quantisers, the axis is added to what they quantise.
 */
export function imageConstant(name: string, view: View): Replacement {
  const image = `${name}:image`;
  const shape = imageShape(view.shapeOf(name) ?? []);
  const tensor = view.constantOf(name);
  if (tensor)
    return { nodes: [], constants: new Map([[image, { ...tensor, shape, values: tensor.values }]]) };
  const quantiser = view.producerOf(name);
  if (quantiser && isQuantiser(quantiser)) {
    // A parameter of one value is stretched to any number of axes.
    const changed = quantiser.inputs.filter(
      (input, index) => index === 0 || (view.shapeOf(input) ?? []).some((extent) => extent !== 1),
    );
    const inputs = quantiser.inputs.map((input) => (changed.includes(input) ? `${input}:image` : input));
    return joined([
      ...changed.map((input) => imageConstant(input, view)),
      { nodes: [{ ...quantiser, inputs, outputs: [image] }] },
    ]);
  }
  const node = { name: image, opType: 'Reshape', domain: '', inputs: [name], outputs: [image] };
  return constantReshape({ ...node, attributes: new Map() }, shape);
}

function isQuantiser({ opType }: OnnxNode): boolean {
  return ['BipolarQuant', 'IntQuant', 'Quant'].includes(opType);
}

function imageShape(shape: readonly number[]): readonly number[] {
  return [...Array.from({ length: Math.max(0, 3 - shape.length) }, () => 1), ...shape, 1];
}
