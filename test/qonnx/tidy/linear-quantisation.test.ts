import { expect, test } from 'vitest';
import { attempt } from '../../../base/refusal.ts';
import type { OnnxNode, OnnxTensor } from '../../../onnx/model.ts';
import { tidy } from '../../../qonnx/tidy/index.ts';
import type { DrawnNode } from '../model.ts';
import { floats, int, modelOf, ramp } from '../model.ts';
import { operatorsOf, tidied } from './same.ts';

const shape = [1, 3, 2, 4];
const inputs = [ramp(shape), ramp(shape, -40), ramp(shape, 40)];

const arrays = { int8: Int8Array, uint8: Uint8Array, int16: Int16Array, int32: Int32Array } as const;
type Integer = keyof typeof arrays;

function integers(elementType: Integer, values: readonly number[], of: readonly number[] = []): OnnxTensor {
  return {
    elementType,
    shape: of,
    values: arrays[elementType].from(values),
  };
}

/** What a quantiser makes: its signedness, narrowness and bits. */
function formOf(
  { attributes, inputs: [, , , bits = ''] }: OnnxNode,
  constants: ReadonlyMap<string, OnnxTensor>,
): string {
  const { signed, narrow } = Object.fromEntries(attributes) as Record<string, { readonly value: unknown }>;
  return `${signed?.value === 1 ? 'signed' : 'unsigned'}${narrow?.value === 1 ? ' narrow' : ''} ${constants.get(bits)?.values[0]}`;
}

test.each([
  ['int8', null, 'signed 8'],
  ['uint8', null, 'unsigned 8'],
  ['int16', null, 'signed 16'],
  ['int8', [-127, 127], 'signed narrow 8'],
  ['int8', [-8, 7], 'signed 4'],
  ['int8', [-7, 7], 'signed narrow 4'],
  ['int8', [-1, 1], 'signed narrow 2'],
  ['uint8', [0, 15], 'unsigned 4'],
  ['uint8', [0, 14], 'unsigned narrow 4'],
  ['uint8', [0, 1], 'unsigned 1'],
  ['int8', [0, 3], 'unsigned 2'],
] as const)('QCDQ of %s with a Clip to %j is a Quant, %s', (type, clip, form) => {
  const zero = integers(type, [0]);
  const constants = {
    scale: floats([], [0.3]),
    zero,
    ...(clip ? { lowest: integers(type, [clip[0]]), highest: integers(type, [clip[1]]) } : {}),
  };
  const nodes: readonly DrawnNode[] = [
    ['QuantizeLinear', ['x', 'scale', 'zero'], ['a']],
    ...(clip ? [['Clip', ['a', 'lowest', 'highest'], ['b']] as const] : []),
    ['DequantizeLinear', [clip ? 'b' : 'a', 'scale', 'zero'], ['y']],
  ];
  const result = tidied(modelOf(nodes, constants, shape), ...inputs);
  expect(operatorsOf(result)).toEqual(['Quant']);
  const { nodes: made, initializers } = result.model.graph;
  expect(formOf(made[0]!, initializers)).toBe(form);
  expect(result.model.opsets.get('qonnx.custom_op.general')).toBe(1);
});

test('scales per channel are along their axis', () => {
  const constants = { scale: floats([3], [0.1, 0.2, 0.3]), zero: integers('int8', [0, 0, 0], [3]) };
  const nodes: readonly DrawnNode[] = [
    ['QuantizeLinear', ['x', 'scale', 'zero'], ['a'], { axis: int(-3) }],
    ['DequantizeLinear', ['a', 'scale', 'zero'], ['y'], { axis: int(-3) }],
  ];
  const { graph } = tidied(modelOf(nodes, constants, shape), ...inputs).model;
  expect(graph.initializers.get(graph.nodes[0]!.inputs[1]!)?.shape).toEqual([1, 3, 1, 1]);
});

test('weights, whether floats or integers, keep their datatype, and a bias becomes a constant', () => {
  const constants = {
    scale: floats([], [0.05]),
    small: floats([], [2 ** -10]),
    lowest: integers('int8', [-7]),
    highest: integers('int8', [7]),
    zero: integers('int8', [0]),
    floats: ramp([2, 3, 1, 1]),
    integers: integers('int8', [1, -7, 3, 0, 7, -2], [3, 2, 1, 1]),
    bias: integers('int32', [102400, -71680], [2]),
  };
  const nodes: readonly DrawnNode[] = [
    ['QuantizeLinear', ['floats', 'scale', 'zero'], ['q']],
    ['DequantizeLinear', ['q', 'scale', 'zero'], ['w']],
    ['DequantizeLinear', ['bias', 'small'], ['b']],
    ['Conv', ['x', 'w', 'b'], ['a']],
    ['Clip', ['integers', 'lowest', 'highest'], ['c']],
    ['DequantizeLinear', ['c', 'scale', 'zero'], ['v']],
    ['Conv', ['a', 'v'], ['y']],
  ];
  const result = tidied(modelOf(nodes, constants, shape), ...inputs);
  expect(operatorsOf(result)).toEqual(['Quant', 'Conv', 'Quant', 'Conv']);
  const { nodes: made, initializers } = result.model.graph;
  expect([made[0]!, made[2]!].map((node) => formOf(node, initializers))).toEqual([
    'signed 8',
    'signed narrow 4',
  ]);
  expect(initializers.get('b')).toEqual(floats([2], [100, -70]));
});

test.each([
  ['other', 7],
  ['scale', 6],
])('with the scale %s and a Clip from -7 to %i there is no Quant', (scale, highest) => {
  const constants = {
    scale: floats([], [0.3]),
    other: floats([], [0.2]),
    zero: integers('int8', [0]),
    lowest: integers('int8', [-7]),
    highest: integers('int8', [highest]),
  };
  const nodes: readonly DrawnNode[] = [
    ['QuantizeLinear', ['x', 'scale', 'zero'], ['a']],
    ['Clip', ['a', 'lowest', 'highest'], ['b']],
    ['DequantizeLinear', ['b', scale, 'zero'], ['y']],
  ];
  const result = tidied(modelOf(nodes, constants, shape), ...inputs);
  expect(operatorsOf(result)).toEqual(['QuantizeLinear', 'Clip', 'DequantizeLinear']);
});

test('zero points other than 0 are refused by name', () => {
  const constants = { scale: floats([], [0.3]), zero: integers('uint8', [128]) };
  const nodes: readonly DrawnNode[] = [
    ['QuantizeLinear', ['x', 'scale', 'zero'], ['a']],
    ['DequantizeLinear', ['a', 'scale', 'zero'], ['y']],
  ];
  expect(attempt(() => tidy(modelOf(nodes, constants, shape)))).toMatchObject({
    diagnostics: [
      { code: 'qonnx/zero-point', message: 'node_y (DequantizeLinear) has a zero point other than 0' },
    ],
  });
});
