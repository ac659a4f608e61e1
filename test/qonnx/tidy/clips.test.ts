import { expect, test } from 'vitest';
import { int, floats, modelOf, ramp } from '../model.ts';
import type { DrawnNode } from '../model.ts';
import { operatorsOf, tidied } from './same.ts';

const shape = [1, 2, 3, 4];
const inputs = [ramp(shape), ramp(shape, 5), ramp(shape, -9)];

interface Case {
  readonly bounds: readonly [number | null, number | null];
  readonly scales: readonly number[];
  readonly bits: number;
  readonly isSigned: boolean;
  readonly operators: readonly string[];
}

const cases: readonly Case[] = [
  // ReLU6 in front of the levels 0 to 6.
  { bounds: [0, 6], scales: [0.4], bits: 4, isSigned: false, operators: ['Relu', 'Quant'] },
  { bounds: [0, 6], scales: [0.4, 0.2], bits: 4, isSigned: false, operators: ['Relu', 'Quant'] },
  { bounds: [0, 6], scales: [0.4, 0.5], bits: 4, isSigned: false, operators: ['Clip', 'Quant'] },
  // From 5.8 on, 6 is the nearest level.
  { bounds: [0, 5.81], scales: [0.4], bits: 4, isSigned: false, operators: ['Relu', 'Quant'] },
  { bounds: [0, 5.79], scales: [0.4], bits: 4, isSigned: false, operators: ['Clip', 'Quant'] },
  { bounds: [0, 6], scales: [0.75], bits: 4, isSigned: true, operators: ['Relu', 'Quant'] },
  // HardTanh.
  { bounds: [-1, 1], scales: [0.125], bits: 4, isSigned: true, operators: ['Quant'] },
  { bounds: [-1, 1], scales: [0.25], bits: 4, isSigned: true, operators: ['Clip', 'Quant'] },
  { bounds: [-1, 0.9], scales: [0.125], bits: 4, isSigned: true, operators: ['Quant'] },
  { bounds: [-0.5, 1], scales: [0.125], bits: 4, isSigned: true, operators: ['Clip', 'Quant'] },
  { bounds: [-0.5, 2], scales: [0.125], bits: 4, isSigned: false, operators: ['Quant'] },
  { bounds: [null, 6], scales: [0.4], bits: 4, isSigned: true, operators: ['Quant'] },
  { bounds: [-1, null], scales: [0.125], bits: 4, isSigned: true, operators: ['Quant'] },
];

test.each(cases.flatMap((each) => [10, 13].map((opset) => ({ ...each, opset }))))(
  'in opset $opset, bounds of $bounds in front of $bits bits (signed: $isSigned) with scales of $scales: $operators',
  ({ bounds: [lowest, highest], scales, bits, isSigned, operators, opset }) => {
    const constants = {
      scale: floats(scales.length === 1 ? [] : [1, scales.length, 1, 1], scales),
      zero: floats([], [0]),
      bits: floats([], [bits]),
      ...(lowest === null ? {} : { lowest: floats([], [lowest]) }),
      ...(highest === null ? {} : { highest: floats([], [highest]) }),
    };
    const attributes = {
      ...(lowest === null ? {} : { min: { type: 'float', value: lowest } as const }),
      ...(highest === null ? {} : { max: { type: 'float', value: highest } as const }),
    };
    const clip: DrawnNode =
      opset < 11
        ? ['Clip', ['x'], ['a'], attributes]
        : ['Clip', ['x', lowest === null ? '' : 'lowest', highest === null ? '' : 'highest'], ['a']];
    const settings = { signed: int(isSigned ? 1 : 0), narrow: int(0) };
    const quant: DrawnNode = ['Quant', ['a', 'scale', 'zero', 'bits'], ['y'], settings];
    expect(operatorsOf(tidied(modelOf([clip, quant], constants, shape, opset), ...inputs))).toEqual(
      operators,
    );
  },
);

test.each([
  [-1, ['BipolarQuant']],
  // What is not negative has the sign 1, whatever it is.
  [0, ['Relu', 'BipolarQuant']],
])('a lower bound of %d in front of signs: %j', (bound, operators) => {
  const constants = { scale: floats([], [1]), lowest: floats([], [bound]), highest: floats([], [1]) };
  const nodes: readonly DrawnNode[] = [
    ['Clip', ['x', 'lowest', 'highest'], ['a']],
    ['BipolarQuant', ['a', 'scale'], ['y']],
  ];
  expect(operatorsOf(tidied(modelOf(nodes, constants, shape), ...inputs))).toEqual(operators);
});

const relu6 = {
  scale: floats([], [0.4]),
  zero: floats([], [0]),
  bits: floats([], [4]),
  lowest: floats([], [0]),
  less: floats([], [-1]),
  highest: floats([], [6]),
};
const unsigned = { signed: int(0), narrow: int(0) };

test('a Clip with other readers remains for them', () => {
  const nodes: readonly DrawnNode[] = [
    ['Clip', ['x', 'lowest', 'highest'], ['a']],
    ['Quant', ['a', 'scale', 'zero', 'bits'], ['b'], unsigned],
    ['Quant', ['a', 'scale', 'zero', 'bits'], ['c'], unsigned],
    ['Sum', ['a', 'b', 'c'], ['y']],
  ];
  const result = tidied(modelOf(nodes, relu6, shape), ...inputs);
  expect(operatorsOf(result)).toEqual(['Clip', 'Relu', 'Quant', 'Relu', 'Quant', 'Sum']);
});

test('several Clips in a row go', () => {
  const nodes: readonly DrawnNode[] = [
    ['Clip', ['x', 'less', 'highest'], ['a']],
    ['Clip', ['a', 'less', 'highest'], ['b']],
    ['Quant', ['b', 'scale', 'zero', 'bits'], ['y'], unsigned],
  ];
  expect(operatorsOf(tidied(modelOf(nodes, relu6, shape), ...inputs))).toEqual(['Quant']);
});
