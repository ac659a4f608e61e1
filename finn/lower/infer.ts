import { broadcastShape, lastExtent } from '../../base/shape.ts';
import { datatype, integerDatatype, smallestDatatype } from '../datatype.ts';
import { jointDatatype } from '../ops/joint-datatype.ts';
import { permuted } from '../permute.ts';
import type { Affine, Conv, FloatNode, MatMul, Transpose, Window } from './float-graph.ts';
import { unsupported } from './refuse.ts';

/** Shape of a node's output at a position; `input` is the shape of its first input. Refuses shapes that do not fit. */
export function outputShape(node: FloatNode, input: readonly number[], position: number): readonly number[] {
  switch (node.op) {
    case 'MatMul':
    case 'XnorPopcountMatMul':
      return productShape(node, input);
    case 'DepthwiseMatMul': {
      const [channels = 1] = node.weights.shape;
      return [...input.slice(0, -1), channels];
    }
    case 'Conv':
      return convolvedShape(node, input);
    case 'Im2Col': {
      const [batch, height, width, channels] = image(node, input);
      const [down, along] = outputExtents(node, [height, width]);
      return [batch, down, along, channels * node.window.kernel[0] * node.window.kernel[1]];
    }
    case 'MaxPool':
    case 'QuantAvgPool2d': {
      const [batch, ...rest] = image(node, input);
      if (!node.channelsLast) return [batch, rest[0], ...outputExtents(node, [rest[1], rest[2]])];
      return [batch, ...outputExtents(node, [rest[0], rest[1]]), rest[2]];
    }
    case 'AveragePool': {
      const [batch, channels, height, width] = image(node, input);
      return [batch, channels, ...outputExtents(node, [height, width])];
    }
    case 'GlobalAveragePool':
      return [...image(node, input).slice(0, 2), 1, 1];
    case 'GlobalAccPool': {
      const [batch, , , channels] = image(node, input);
      return [batch, 1, 1, channels];
    }
    case 'Upsample': {
      const [down, along] = node.factors;
      const [batch, ...rest] = image(node, input);
      return node.channelsLast
        ? [batch, rest[0] * down, rest[1] * along, rest[2]]
        : [batch, rest[0], rest[1] * down, rest[2] * along];
    }
    case 'Concat':
      return input.with(
        node.axis,
        node.extents.reduce((all, extent) => all + extent, 0),
      );
    case 'Split':
      return input.with(node.axis, node.extents[position] ?? 0);
    case 'Transpose':
      return transposedShape(node, input);
    case 'Reshape':
    case 'Flatten':
      return node.shape;
    case 'TopK':
      return [...input.slice(0, -1), node.k];
    case 'Mul':
    case 'Div':
    case 'Add':
    case 'Sub':
      return affineShape(node, input);
    case 'BatchNormalization':
    case 'Quant':
    case 'BipolarQuant':
    case 'MultiThreshold':
    case 'Relu':
    case 'Sum':
    case 'Trunc':
      return input;
  }
}

function productShape(node: MatMul, input: readonly number[]): readonly number[] {
  if (input.at(-1) === node.weights.shape[0]) return [...input.slice(0, -1), lastExtent(node.weights.shape)];
  throw unsupported(
    node,
    `multiplies [${input.join(', ')}] by [${node.weights.shape.join(', ')}]`,
    'the inner dimensions must agree',
  );
}

function transposedShape(node: Transpose, input: readonly number[]): readonly number[] {
  if (node.perm.length === input.length) return permuted(input, node.perm);
  throw unsupported(
    node,
    `permutes [${input.join(', ')}] by [${node.perm.join(', ')}]`,
    'name every axis exactly once',
  );
}

function affineShape(node: Affine, input: readonly number[]): readonly number[] {
  const shape = broadcastShape(input, node.constant.shape);
  if (shape?.length === input.length && shape.every((size, axis) => size === input[axis])) return shape;
  throw unsupported(
    node,
    `has a constant of shape [${node.constant.shape.join(', ')}] for [${input.join(', ')}]`,
    'use one value, or one per channel',
  );
}

/** Height and width of the result of a window; refuses a window that does not fit into the image. */
function outputExtents(
  node: { readonly name: string; readonly op: string; readonly window: Window },
  image: readonly [number, number],
): readonly [number, number] {
  const { kernel, stride, dilation, pads } = node.window;
  const extent = (axis: 0 | 1): number =>
    Math.floor(
      (image[axis] + pads[axis] + pads[axis === 0 ? 2 : 3] - dilation[axis] * (kernel[axis] - 1) - 1) /
        stride[axis],
    ) + 1;
  const extents = [extent(0), extent(1)] as const;
  if (extents.every((size) => size >= 1)) return extents;
  throw unsupported(
    node,
    `has a window of ${kernel.join(' x ')} for an image of ${image.join(' x ')}`,
    'the window must fit into the padded image',
  );
}

function convolvedShape(node: Conv, input: readonly number[]): readonly number[] {
  const [batch, channels, height, width] = image(node, input);
  const [outputs, perGroup] = node.weights.shape as readonly [number, number];
  if (channels !== (node.depthwise ? outputs : perGroup))
    throw unsupported(
      node,
      `has weights of shape [${node.weights.shape.join(', ')}] for ${channels} channels`,
      'the channels must agree',
    );
  return [batch, outputs, ...outputExtents(node, [height, width])];
}

type Image = readonly [number, number, number, number];

function image(node: FloatNode, shape: readonly number[]): Image {
  if (shape.length === 4) return shape as Image;
  throw unsupported(
    node,
    `works on a tensor of ${shape.length} dimensions`,
    'use images of four; for one-dimensional data, make height or width 1',
  );
}

/** QONNX datatype of a node's outputs (QONNX 1.0.0 `InferDataTypes`; what it does not know of Split, step_type_splits adds). */
export function outputDatatype(node: FloatNode, inputs: readonly string[]): string {
  const [input = 'FLOAT32'] = inputs;
  switch (node.op) {
    case 'Mul':
    case 'Add':
    case 'Sub':
      return macDatatype([input, node.constant.datatype], node.op === 'Sub');
    case 'Sum':
      // FINN calls it UINT32 if both are unsigned, until it makes a layer of it.
      return macDatatype(inputs, true);
    case 'Conv':
    case 'MatMul':
    case 'DepthwiseMatMul':
      return macDatatype([input, node.weights.datatype], false);
    case 'XnorPopcountMatMul':
      return 'UINT32';
    case 'MultiThreshold':
      return Number.isInteger(node.scale) && Number.isInteger(node.bias) ? node.datatype : 'FLOAT32';
    case 'QuantAvgPool2d':
      return integerDatatype(node.signed, node.outputBits).name;
    case 'Reshape':
    case 'Flatten':
    case 'Transpose':
    case 'Im2Col':
    case 'MaxPool':
    case 'Split':
    case 'Upsample':
      return input;
    case 'Concat':
      return jointDatatype(inputs);
    case 'GlobalAccPool': {
      const type = datatype(input);
      return type.integer
        ? smallestDatatype(node.pixels * (type.signed ? type.minimum : type.maximum)).name
        : input;
    }
    case 'AveragePool':
    case 'BatchNormalization':
    case 'BipolarQuant':
    case 'Div':
    case 'GlobalAveragePool':
    case 'Quant':
    case 'Relu':
    case 'TopK':
    case 'Trunc':
      return 'FLOAT32';
  }
}

function macDatatype(names: readonly string[], mayNegate: boolean): string {
  const types = names.map(datatype);
  if (!types.every((type) => type.integer)) return 'FLOAT32';
  return mayNegate || types.some((type) => type.signed) ? 'INT32' : 'UINT32';
}
