import { expect, test } from 'vitest';
import type { OnnxTensor } from '../../../onnx/model.ts';
import type { DrawnNode } from '../model.ts';
import { floats, int, ints, modelOf, ramp, whole } from '../model.ts';
import { operatorsOf, tidied } from './same.ts';

const shape = [1, 2, 12];
const inputs = [ramp(shape), ramp(shape, 2)];
const constants: { readonly [name: string]: OnnxTensor } = {
  one: floats([], [1]),
  zero: floats([], [0]),
  bits: floats([], [4]),
  scale: floats([], [0.25]),
  scales: floats([4, 1, 1], [0.1, 0.2, 0.3, 0.4]),
  flatScales: floats([4, 1], [0.1, 0.2, 0.3, 0.4]),
  weights: ramp([4, 2, 3]),
  more: ramp([4, 4, 2]),
  each: ramp([4, 1, 3]),
  bias: ramp([4]),
  offsets: ramp([4, 1]),
  gamma: ramp([4], 1),
  beta: ramp([4], 2),
  mean: ramp([4], 3),
  variance: ramp([4], 5),
  axis: whole(-1),
  target: whole(1, 2, 12),
};

/** The shapes of what the nodes make, which are those of images of one column, by the names of the nodes. */
function shapesOf({ model: { graph } }: ReturnType<typeof tidied>): readonly unknown[] {
  return graph.nodes.map(({ name, opType, outputs }) => {
    const info =
      graph.valueInfo.get(outputs[0]!) ?? graph.outputs.find((output) => output.name === outputs[0]);
    return [name, opType, info?.shape];
  });
}

test('convolutions, pools and what is between them compute on images of one column', () => {
  const nodes: readonly DrawnNode[] = [
    ['Quant', ['x', 'scale', 'zero', 'bits'], ['q']],
    ['Quant', ['weights', 'scales', 'zero', 'bits'], ['w']],
    ['Conv', ['q', 'w', 'bias'], ['a'], { kernel_shape: ints(3), pads: ints(2, 1), strides: ints(2) }],
    ['BatchNormalization', ['a', 'gamma', 'beta', 'mean', 'variance'], ['b']],
    ['Add', ['b', 'offsets'], ['c']],
    ['Relu', ['c'], ['d']],
    ['Quant', ['d', 'flatScales', 'zero', 'bits'], ['e']],
    ['MaxPool', ['e'], ['f'], { kernel_shape: ints(2), strides: ints(2) }],
    ['Quant', ['more', 'one', 'zero', 'bits'], ['v']],
    ['Conv', ['f', 'v'], ['g'], { dilations: ints(2) }],
    ['Flatten', ['g'], ['y'], { axis: int(1) }],
  ];
  const result = tidied(modelOf(nodes, constants, shape), ...inputs);
  expect(shapesOf(result)).toEqual([
    ['x:image', 'Reshape', [1, 2, 12, 1]],
    ['node_q', 'Quant', [1, 2, 12, 1]],
    ['node_w', 'Quant', [4, 2, 3, 1]],
    ['node_a', 'Conv', [1, 4, 7, 1]],
    ['node_b', 'BatchNormalization', [1, 4, 7, 1]],
    ['node_c', 'Add', [1, 4, 7, 1]],
    ['node_d', 'Relu', [1, 4, 7, 1]],
    ['node_e', 'Quant', [1, 4, 7, 1]],
    ['node_f', 'MaxPool', [1, 4, 3, 1]],
    ['node_v', 'Quant', [4, 4, 2, 1]],
    ['node_g', 'Conv', [1, 4, 1, 1]],
    ['node_y', 'Flatten', [1, 4]],
  ]);
  expect(result.model.graph.nodes[3]?.attributes).toEqual(
    new Map([
      ['kernel_shape', ints(3, 1)],
      ['pads', ints(2, 0, 1, 0)],
      ['strides', ints(2, 1)],
    ]),
  );
});

test('a Reshape or Unsqueeze in front, and a Squeeze or ReduceMean behind, are part of it', () => {
  const front = modelOf(
    [
      ['Reshape', ['x', 'target'], ['a']],
      ['Conv', ['a', 'weights'], ['b']],
      ['ReduceMean', ['b'], ['y'], { axes: ints(-1), keepdims: int(0) }],
    ],
    constants,
    [1, 24],
  );
  expect(shapesOf(tidied(front, ramp([1, 24])))).toEqual([
    ['a:image', 'Reshape', [1, 2, 12, 1]],
    ['node_b', 'Conv', [1, 4, 10, 1]],
    ['node_y', 'GlobalAveragePool', [1, 4, 1, 1]],
    ['node_y', 'Reshape', [1, 4]],
  ]);
});

test('branches join as images, and their common input is one', () => {
  const nodes: readonly DrawnNode[] = [
    ['Conv', ['x', 'weights'], ['a']],
    ['Conv', ['x', 'weights'], ['b']],
    ['Concat', ['a', 'b'], ['c'], { axis: int(-2) }],
    ['Add', ['a', 'b'], ['d']],
    ['GlobalMaxPool', ['c'], ['e']],
    ['Squeeze', ['e', 'axis'], ['f']],
    ['GlobalAveragePool', ['d'], ['g']],
    ['Squeeze', ['g', 'axis'], ['h']],
    ['Concat', ['f', 'h'], ['y'], { axis: int(1) }],
  ];
  const result = tidied(modelOf(nodes, constants, shape), ...inputs);
  expect(operatorsOf(result)).toEqual([
    ...['Reshape', 'Conv', 'Conv', 'Concat', 'Add', 'GlobalMaxPool', 'Reshape', 'GlobalAveragePool'],
    ...['Reshape', 'Concat'],
  ]);
});

test('what cannot be part of it gets sequences', () => {
  const nodes: readonly DrawnNode[] = [
    ['Softmax', ['x'], ['a'], { axis: int(-1) }],
    ['Conv', ['a', 'weights'], ['b'], { auto_pad: { type: 'string', value: 'SAME_LOWER' } }],
    ['Conv', ['b', 'each'], ['c'], { group: int(4), auto_pad: { type: 'string', value: 'VALID' } }],
    ['Transpose', ['c'], ['d'], { perm: ints(0, 2, 1) }],
    ['AveragePool', ['d'], ['e'], { kernel_shape: ints(2), ceil_mode: int(1) }],
    ['ConvTranspose', ['e', 'transposed'], ['y'], { strides: ints(2), output_padding: ints(1) }],
  ];
  const model = modelOf(nodes, { ...constants, transposed: ramp([10, 3, 2]) }, shape);
  expect(shapesOf(tidied(model, ...inputs))).toEqual([
    ['node_a', 'Softmax', [1, 2, 12]],
    ['a:image', 'Reshape', [1, 2, 12, 1]],
    ['node_b', 'Conv', [1, 4, 12, 1]],
    ['node_c', 'Conv', [1, 4, 10, 1]],
    ['node_c', 'Reshape', [1, 4, 10]],
    ['node_d', 'Transpose', [1, 10, 4]],
    ['d:image', 'Reshape', [1, 10, 4, 1]],
    ['node_e', 'AveragePool', [1, 10, 3, 1]],
    ['node_y', 'ConvTranspose', [1, 3, 7, 1]],
    ['node_y', 'Reshape', [1, 3, 7]],
  ]);
});

test('weights that a Transpose makes are reshaped behind it', () => {
  const nodes: readonly DrawnNode[] = [
    ['Quant', ['turned', 'one', 'zero', 'bits'], ['q']],
    ['Transpose', ['q'], ['w'], { perm: ints(2, 1, 0) }],
    ['Conv', ['x', 'w'], ['y']],
  ];
  const model = modelOf(nodes, { ...constants, turned: ramp([3, 2, 4]) }, shape);
  expect(operatorsOf(tidied(model, ...inputs))).toEqual([
    'Quant',
    'Transpose',
    'Reshape',
    'Reshape',
    'Conv',
    'Reshape',
  ]);
});

test('weights of a single value have four axes too', () => {
  const nodes: readonly DrawnNode[] = [
    ['Quant', ['weight', 'one', 'zero', 'bits'], ['w']],
    ['Conv', ['x', 'w'], ['y']],
  ];
  const model = modelOf(nodes, { ...constants, weight: ramp([1, 1, 1]) }, [1, 1, 12]);
  expect(operatorsOf(tidied(model, ramp([1, 1, 12])))).toEqual(['Reshape', 'Quant', 'Conv', 'Reshape']);
});

test('tensors of three axes without windows stay as they are', () => {
  const model = modelOf(
    [
      ['BatchNormalization', ['x', 'two', 'two', 'two', 'two'], ['a']],
      ['Relu', ['a'], ['y']],
    ],
    { two: floats([2], [1, 2]) },
    shape,
  );
  expect(operatorsOf(tidied(model, ...inputs))).toEqual(['BatchNormalization', 'Relu']);
});
