import { expect, test } from 'vitest';
import type { OnnxModel, OnnxTensor } from '../../onnx/model.ts';
import { runNetwork } from '../../qonnx/execute.ts';
import type { Observe } from '../../qonnx/execute.ts';
import { prepareNetwork } from '../../qonnx/network.ts';
import { floats, modelOf } from './model.ts';

function result(model: OnnxModel, input: OnnxTensor, observe?: Observe): readonly number[] {
  const outputs = runNetwork(prepareNetwork(model), new Map([['x', input]]), observe);
  return [...outputs.get('y')!.values].map(Number);
}

const pair = floats([1, 2], [1, 2]);

/** x · (a + b), with the sum of constants after the node that reads it. */
const outOfOrder = modelOf(
  [
    ['Mul', ['x', 'sum'], ['y']],
    ['Add', ['a', 'b'], ['sum']],
  ],
  { a: floats([2], [1, 2]), b: floats([], [10]) },
);

test('nodes run after those that they read', () => {
  expect(result(outOfOrder, pair)).toEqual([11, 24]);
});

test('every step is rounded to float32, sums are not', () => {
  const third = floats([], [1 / 3]);
  expect(result(modelOf([['Mul', ['x', 'c'], ['y']]], { c: third }), pair)).toEqual(
    [1, 2].map((value) => Math.fround(value * Math.fround(1 / 3))),
  );
  const large = floats([3, 1], [2 ** 24, 1, -(2 ** 24)]);
  const product = modelOf([['MatMul', ['x', 'w'], ['y']]], { w: large }, [1, 3]);
  expect(result(product, floats([1, 3], [1, 1, 1]))).toEqual([1]);
});

test('an observer is given each node in order and may replace what constants make', () => {
  const seen: string[] = [];
  const observe: Observe = ({ name }, outputs) => {
    seen.push(`${name} ${outputs.map(({ values }) => [...values].join()).join('; ')}`);
    return name === 'node_sum' ? [floats([2], [0, 1])] : undefined;
  };
  expect(result(outOfOrder, pair, observe)).toEqual([0, 2]);
  expect(seen).toEqual(['node_sum 11,12', 'node_y 0,2']);
  expect(result(outOfOrder, pair)).toEqual([11, 24]);
});

test('what depends on a replaced constant is computed again', () => {
  const model = modelOf(
    [
      ['Neg', ['a'], ['negative']],
      ['Abs', ['negative'], ['positive']],
      ['Mul', ['x', 'positive'], ['y']],
    ],
    { a: floats([], [3]) },
  );
  const observe: Observe = ({ name }) => (name === 'node_negative' ? [floats([], [-5])] : undefined);
  expect(result(model, pair, observe)).toEqual([5, 10]);
});

test('an input without a fixed extent takes any, also where qonnx writes 0', () => {
  const relu = [['Relu', ['x'], ['y']]] as const;
  for (const shape of [[null, 2], [0, 2], null])
    expect(result(modelOf(relu, {}, shape), floats([2, 2], [-1, 1, -2, 2]))).toEqual([0, 1, 0, 2]);
});

test('outputs may be inputs or constants', () => {
  const model = modelOf([['Relu', ['x'], ['z']]]);
  const { graph } = model;
  const more = [...graph.outputs, { name: 'x', elementType: 'float32', shape: null } as const];
  const network = prepareNetwork({
    ...model,
    graph: { ...graph, outputs: more, initializers: new Map([['y', floats([], [7])]]) },
  });
  const outputs = runNetwork(network, new Map([['x', pair]]));
  expect([outputs.get('y')!.values, outputs.get('x')]).toEqual([Float32Array.of(7), pair]);
});

test.each([
  ['no tensor', new Map(), 'the input x of the network is missing'],
  ['another name', new Map([['X', pair]]), 'the network has no input X'],
  [
    'another shape',
    new Map([['x', floats([2, 1], [1, 2])]]),
    'the input x of the network is float32 [1, 2], but a tensor of float32 [2, 1] was given',
  ],
  [
    'another type',
    new Map([['x', { elementType: 'uint8', shape: [1, 2], values: Uint8Array.of(1, 2) } as const]]),
    'the input x of the network is float32 [1, 2], but a tensor of uint8 [1, 2] was given',
  ],
  ['too few values', new Map([['x', floats([1, 2], [1])]]), 'the tensor for the input x has 1 values'],
])('%s is refused', (_, inputs, message) => {
  expect(() => runNetwork(prepareNetwork(outOfOrder), inputs)).toThrow(message);
});
