import { expect, test } from 'vitest';
import { attempt } from '../../../base/refusal.ts';
import type { OnnxTensor, ValueInfo } from '../../../onnx/model.ts';
import { tidy } from '../../../qonnx/tidy/index.ts';
import { floats, int, ints, modelOf, whole, withGraph } from '../model.ts';
import { operatorsOf, tidied } from './same.ts';

const pair = floats([1, 2], [3, -4]);

test('constants of every form and what is computed from constants become constants', () => {
  const model = modelOf(
    [
      ['Constant', [], ['two'], { value_float: { type: 'float', value: 2 } }],
      ['Constant', [], ['list'], { value_floats: { type: 'floats', value: [1, 2] } }],
      ['Constant', [], ['tensor'], { value: { type: 'tensor', value: floats([1, 2], [5, -0]) } }],
      ['Pow', ['list', 'two'], ['squares']],
      ['Add', ['squares', 'tensor'], ['sum']],
      ['Mul', ['x', 'sum'], ['y']],
    ],
    {},
    [1, 2],
  );
  const result = tidied(model, pair);
  expect(operatorsOf(result)).toEqual(['Mul']);
  expect([...result.model.graph.initializers.keys()]).toEqual(['sum']);
  expect(result.model.graph.initializers.get('sum')).toEqual(floats([1, 2], [6, 4]));
});

test('NaN, negative zero and equal constants stay as they are', () => {
  const odd = floats([1, 2], [NaN, -0]);
  const model = modelOf(
    [
      ['Add', ['x', 'a'], ['sum']],
      ['Mul', ['sum', 'b'], ['y']],
    ],
    { a: odd, b: odd },
  );
  expect([...tidied(model, pair).model.graph.initializers]).toEqual([
    ['a', odd],
    ['b', odd],
  ]);
});

test('quantisers of constants, and what is made of their results, remain', () => {
  const model = modelOf(
    [
      ['Quant', ['w', 's', 'z', 'b'], ['q']],
      ['Transpose', ['q'], ['t']],
      ['MatMul', ['x', 't'], ['y']],
    ],
    { w: floats([3, 2], [1, 2, 3, 4, 5, 6]), s: floats([], [1]), z: floats([], [0]), b: floats([], [4]) },
  );
  expect(operatorsOf(tidied(model, pair))).toEqual(['Quant', 'Transpose', 'MatMul']);
});

test('view(x.shape[0], -1), as torch exports it, is a Reshape to a constant shape', () => {
  const model = modelOf(
    [
      ['Shape', ['x'], ['shape']],
      ['Gather', ['shape', 'zero'], ['batch'], { axis: int(0) }],
      ['Unsqueeze', ['batch', 'axes'], ['first']],
      ['Concat', ['first', 'rest'], ['target'], { axis: int(0) }],
      ['Reshape', ['x', 'target'], ['y']],
    ],
    { zero: { ...whole(0), shape: [] }, axes: whole(0), rest: whole(-1) },
    [null, 2, 3],
  );
  const result = tidied(model, floats([1, 2, 3], [1, 2, 3, 4, 5, 6]));
  expect(operatorsOf(result)).toEqual(['Reshape']);
  expect(result.model.graph.initializers.get('target')).toEqual(whole(1, -1));
  expect(result.model.graph.outputs).toEqual([{ name: 'y', elementType: 'float32', shape: [1, 6] }]);
});

test('float64 becomes float32', () => {
  const third: OnnxTensor = { elementType: 'float64', shape: [], values: Float64Array.of(1 / 3) };
  const drawn = modelOf([['Mul', ['x', 'third'], ['y']]], { third });
  const ends: ValueInfo = { name: 'x', elementType: 'float64', shape: [1, 2] };
  const { graph } = tidy(withGraph(drawn, { inputs: [ends], outputs: [{ ...ends, name: 'y' }] })).model;
  expect(graph.initializers.get('third')).toEqual(floats([], [1 / 3]));
  expect([...graph.inputs, ...graph.outputs].map(({ elementType }) => elementType)).toEqual([
    'float32',
    'float32',
  ]);
});

test.each([[[null, 2]], [[0, 2]]])('a batch of %j is one', (shape) => {
  const { graph } = tidied(modelOf([['Relu', ['x'], ['y']]], {}, shape), pair).model;
  expect(graph.inputs[0]?.shape).toEqual([1, 2]);
  expect(graph.outputs[0]?.shape).toEqual([1, 2]);
});

test.each([
  [[1, null], 'has the shape [1, ?]'],
  [[null, 0, 3], 'has the shape [1, ?, 3]'],
  [null, 'has no shape'],
])('an input of shape %j is refused', (shape, words) => {
  expect(attempt(() => tidy(modelOf([['Relu', ['x'], ['y']]], {}, shape)))).toMatchObject({
    diagnostics: [
      {
        code: 'qonnx/open-shape',
        message: `the input x of the network ${words}, and hardware is made for one size`,
      },
    ],
  });
});

test('a stated shape that is wrong is replaced', () => {
  const drawn = modelOf([
    ['Relu', ['x'], ['a']],
    ['Neg', ['a'], ['y']],
  ]);
  const wrong = (name: string): ValueInfo => ({ name, elementType: 'int8', shape: [7] });
  tidied(withGraph(drawn, { outputs: [wrong('y')], valueInfo: new Map([['a', wrong('a')]]) }), pair);
});

test('behind an unknown operator, shapes are as stated', () => {
  const drawn = modelOf([
    ['Mystery', ['x'], ['a']],
    ['Relu', ['a'], ['b']],
    ['Mystery', ['b'], ['c']],
    ['Cast', ['c'], ['y'], { to: int(1) }],
  ]);
  const stated: ValueInfo = { name: 'a', elementType: 'float32', shape: [null, 5] };
  const { graph } = tidy(withGraph(drawn, { valueInfo: new Map([['a', stated]]) })).model;
  expect(graph.nodes.map(({ opType }) => opType)).toEqual(['Mystery', 'Relu', 'Mystery', 'Cast']);
  expect([...graph.valueInfo.values(), ...graph.outputs].map(({ name, shape }) => [name, shape])).toEqual([
    ['a', [1, 5]],
    ['b', [1, 5]],
    ['c', null],
    ['y', null],
  ]);
});

test('what no output depends on goes, and layers among it are named', () => {
  const drawn = modelOf(
    [
      ['MatMul', ['x', 'w'], ['lost']],
      ['Relu', ['lost'], ['more']],
      ['Relu', ['x'], ['y']],
    ],
    { w: floats([2, 1], [1, 2]), unused: floats([], [1]) },
  );
  const { model, dropped } = tidied(drawn, pair);
  expect(model.graph.nodes.map(({ name }) => name)).toEqual(['node_y']);
  expect(model.graph.initializers.size).toBe(0);
  expect(dropped.map(({ name }) => name)).toEqual(['node_lost']);
});

test('outputs that nobody reads go where the operator allows it', () => {
  const { graph } = tidy(
    modelOf(
      [
        ['MaxPool', ['x'], ['a', 'indices'], { kernel_shape: ints(2, 2) }],
        ['Split', ['a'], ['y', 'rest'], { axis: int(3) }],
      ],
      {},
      [1, 1, 2, 3],
    ),
  ).model;
  expect(graph.nodes.map(({ outputs }) => outputs)).toEqual([['a'], ['y', 'rest']]);
});
