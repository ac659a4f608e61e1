import { expect, test } from 'vitest';
import type { OnnxTensor } from '../../../onnx/model.ts';
import type { DrawnNode } from '../model.ts';
import { floats, modelOf, ramp } from '../model.ts';
import { tidied } from './same.ts';

const shape = [1, 2, 4, 3];

function tidiedScales(scale: OnnxTensor, zero: OnnxTensor) {
  const constants = {
    weights: ramp([3, 2, 1, 1]),
    bias: ramp([3]),
    one: floats([], [0.5]),
    scale,
    zero,
    bits: floats([], [8]),
  };
  const nodes: readonly DrawnNode[] = [
    ['Quant', ['weights', 'one', 'zero', 'bits'], ['w']],
    ['Quant', ['bias', 'scale', 'zero', 'bits'], ['b']],
    ['Conv', ['x', 'w', 'b'], ['y']],
  ];
  const { graph } = tidied(modelOf(nodes, constants, shape), ramp(shape)).model;
  return graph.nodes
    .filter(({ opType }) => opType === 'Quant')
    .map(({ inputs }) => inputs.slice(1, 3).map((name) => graph.initializers.get(name)!.shape));
}

test('single values of the quantiser of a bias become lists; those of weights remain', () => {
  const [none, list] = [floats([], [0]), floats([1], [0])];
  expect(tidiedScales(floats([], [0.25]), none)).toEqual([
    [[], []],
    [[1], [1]],
  ]);
  expect(tidiedScales(floats([1], [0.25]), none)).toEqual([
    [[], []],
    [[1], [1]],
  ]);
  expect(tidiedScales(floats([1, 1], [0.25]), list)).toEqual([
    [[], [1]],
    [[1], [1]],
  ]);
});

test('one scale for each value of a bias remains', () => {
  const scales = floats([3], [0.25, 0.5, 1]);
  expect(tidiedScales(scales, floats([], [0]))).toEqual([
    [[], []],
    [[3], [1]],
  ]);
});
