import type { Constant, Conv, FloatNode, Window } from '../float-graph.ts';
import { channelsFirst, channelsLast } from '../float-graph.ts';
import { reordered, transpose } from '../constant.ts';
import type { Rule } from '../rewrite.ts';

/** A convolution as windows times a matrix, between transposes (QONNX 1.0.0 `LowerConvsToMatMul`). */
export const lowerConv: Rule = (node) => {
  if (node.op !== 'Conv') return null;
  const { name, output, window, depthwise } = node;
  const [image, windows, product] = [`${output}:image`, `${output}:windows`, `${output}:rows`];
  const cut: readonly FloatNode[] = cutsNothing(window)
    ? []
    : [{ op: 'Im2Col', name, inputs: [image], output: windows, window, depthwise }];
  return {
    insert: [
      { op: 'Transpose', name, inputs: node.inputs, output: image, perm: channelsLast },
      ...cut,
      multiplied(node, cut.length > 0 ? windows : image, product),
      { op: 'Transpose', name, inputs: [product], output, perm: channelsFirst },
    ],
  };
};

/** One place at every place. */
function cutsNothing({ kernel, stride, pads }: Window): boolean {
  return [...kernel, ...stride].every((size) => size === 1) && pads.every((size) => size === 0);
}

function multiplied({ name, weights, layout, depthwise }: Conv, input: string, output: string): FloatNode {
  const common = { name, inputs: [input], output, layout } as const;
  return depthwise
    ? { op: 'DepthwiseMatMul', ...common, weights }
    : { op: 'MatMul', ...common, weights: asMatrix(weights) };
}

/** (outputs, inputs, height, width) as (height * width * inputs, outputs). */
function asMatrix(weights: Constant): Constant {
  const [outputs = 1, inputs = 1, height = 1, width = 1] = weights.shape;
  const rows = inputs * height * width;
  // With one place, channels are already last.
  const image = rows === inputs ? weights : reordered(weights, [0, 2, 3, 1]);
  return transpose({ ...image, shape: [outputs, rows] });
}
