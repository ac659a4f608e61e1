import type { OnnxNode, OnnxTensor } from '../../onnx/model.ts';
import { operatorOf } from '../operators/index.ts';
import { evaluated } from './evaluate.ts';
import type { Replacement } from './rewrite.ts';
import { rewriting } from './rewrite.ts';
import type { View } from './view.ts';

/**
 * The model without the bounds of a Clip, such as ReLU6 or HardTanh, that the quantiser behind it has anyway. If only 0 as its
 * lower bound is left, it is a Relu.
 */
export const withoutIdleClips = rewriting(withoutClip);

function withoutClip(node: OnnxNode, view: View): Replacement | null {
  const [input = '', ...parameters] = node.inputs;
  const clip = view.producerOf(input);
  if (!quantisers.has(node.opType) || !operatorOf(node) || clip?.opType !== 'Clip') return null;
  const bounds = boundsOf(clip, view);
  const constants = parameters.map(view.constantOf);
  if (!bounds || constants.includes(null)) return null;
  const isIdle = (bound: number, beyond: number): boolean =>
    bound === beyond || quantised(node, bound, constants, view) === quantised(node, beyond, constants, view);
  if (!isIdle(bounds.highest, Infinity)) return null;
  if (bounds.lowest === 0) return throughRelu(node, clip);
  if (!isIdle(bounds.lowest, -Infinity)) return null;
  const [from = ''] = clip.inputs;
  const moved = { ...node, inputs: [from, ...parameters] };
  return withoutClip(moved, view) ?? { nodes: [moved] };
}

const quantisers: ReadonlySet<string> = new Set(['BipolarQuant', 'IntQuant', 'Quant']);

/** The Clip remains for its other readers, if there are any. */
function throughRelu(node: OnnxNode, clip: OnnxNode): Replacement {
  const [, ...parameters] = node.inputs;
  const positive = `${node.outputs[0] ?? ''}:positive`;
  const relu = {
    ...clip,
    opType: 'Relu',
    inputs: clip.inputs.slice(0, 1),
    outputs: [positive],
    attributes: new Map(),
  };
  return { nodes: [relu, { ...node, inputs: [positive, ...parameters] }] };
}

/** The bounds of a Clip, infinite if there are none; null if they are not constant. Before version 11, they are attributes. */
function boundsOf(clip: OnnxNode, view: View): { readonly lowest: number; readonly highest: number } | null {
  const bound = (name: string, index: number, absent: number): number | undefined => {
    const attribute = clip.attributes.get(name);
    if (view.versionOf(clip) < 11) return attribute?.type === 'float' ? attribute.value : absent;
    const tensor = clip.inputs[index] ?? '';
    if (tensor === '') return absent;
    const values = view.constantOf(tensor)?.values;
    return values?.length === 1 ? Number(values[0]) : undefined;
  };
  const [lowest, highest] = [bound('min', 1, -Infinity), bound('max', 2, Infinity)];
  return lowest === undefined || highest === undefined ? null : { lowest, highest };
}

/** What a quantiser makes of one value, with each of its scales. */
function quantised(
  node: OnnxNode,
  value: number,
  parameters: readonly (OnnxTensor | null)[],
  view: View,
): string | undefined {
  const operand: OnnxTensor = { elementType: 'float32', shape: [], values: Float32Array.of(value) };
  return evaluated(node, [operand, ...parameters], view)?.values.join();
}
