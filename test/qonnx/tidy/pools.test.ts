import { expect, test } from 'vitest';
import type { DrawnNode } from '../model.ts';
import { int, ints, modelOf, ramp, whole } from '../model.ts';
import { operatorsOf, tidied } from './same.ts';

const shape = [1, 2, 4, 6];
const image = ramp(shape);
const axes = { axes: whole(-1, 2) };

test.each([
  [13, ['ReduceMean', ['x'], ['y'], { axes: ints(2, 3) }], ['GlobalAveragePool']],
  [13, ['ReduceMean', ['x'], ['y'], { axes: ints(-1, -2), keepdims: int(1) }], ['GlobalAveragePool']],
  [
    13,
    ['ReduceMean', ['x'], ['y'], { axes: ints(2, 3), keepdims: int(0) }],
    ['GlobalAveragePool', 'Reshape'],
  ],
  [18, ['ReduceMean', ['x', 'axes'], ['y'], { keepdims: int(0) }], ['GlobalAveragePool', 'Reshape']],
  [13, ['ReduceMean', ['x'], ['y'], { axes: ints(3) }], ['ReduceMean']],
  [13, ['ReduceMean', ['x'], ['y'], { axes: ints(1, 2) }], ['ReduceMean']],
  [13, ['ReduceMean', ['x'], ['y']], ['ReduceMean']],
  [18, ['ReduceMean', ['x'], ['y']], ['ReduceMean']],
  [13, ['AveragePool', ['x'], ['y'], { kernel_shape: ints(4, 6) }], ['GlobalAveragePool']],
  [
    13,
    ['AveragePool', ['x'], ['y'], { kernel_shape: ints(4, 6), strides: ints(2, 2) }],
    ['GlobalAveragePool'],
  ],
  [13, ['AveragePool', ['x'], ['y'], { kernel_shape: ints(4, 6), pads: ints(0, 1, 0, 1) }], ['AveragePool']],
  [13, ['AveragePool', ['x'], ['y'], { kernel_shape: ints(4, 3) }], ['AveragePool']],
] as readonly (readonly [number, DrawnNode, readonly string[]])[])(
  'in opset %i, %j becomes %j',
  (opset, node, operators) => {
    expect(operatorsOf(tidied(modelOf([node], axes, shape, opset), image))).toEqual(operators);
  },
);

test.each([
  ['Trunc', ['a', 'scale', 'zero', 'bits', 'bits']],
  ['Relu', ['a']],
])('an average with a %s behind it', (opType, inputs) => {
  const constants = {
    scale: ramp([], 0.5),
    zero: ramp([], 0),
    bits: ramp([], 4),
    three: ramp([], 3),
  };
  const nodes: readonly DrawnNode[] = [
    ['AveragePool', ['x'], ['average'], { kernel_shape: ints(4, 6) }],
    ['Mul', ['average', 'three'], ['a']],
    [opType, inputs, ['y']],
  ];
  const pool = opType === 'Trunc' ? 'AveragePool' : 'GlobalAveragePool';
  expect(operatorsOf(tidied(modelOf(nodes, constants, shape), image))).toEqual([pool, 'Mul', opType]);
});

test.each([
  ['MaxPool', [2, 2], [2, 2], 0],
  ['MaxPool', [2, 4], [2, 2], 0],
  ['MaxPool', [3, 3], [2, 2], 1],
  ['AveragePool', [4, 3], [3, 3], 0],
  ['AveragePool', [2, 4], [1, 3], 1],
])('ceil_mode of %s %j in steps of %j becomes %i', (opType, kernel, strides, left) => {
  const attributes = { kernel_shape: ints(...kernel), strides: ints(...strides), ceil_mode: int(1) };
  const { model } = tidied(modelOf([[opType, ['x'], ['y'], attributes]], {}, shape), image);
  expect(model.graph.nodes[0]?.attributes.get('ceil_mode')).toEqual(int(left));
});
