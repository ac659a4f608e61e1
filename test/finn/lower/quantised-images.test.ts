import { expect, test } from 'vitest';
import { lower } from '../../../finn/lower/lower.ts';
import type { OnnxModel } from '../../../onnx/model.ts';
import { tidy } from '../../../qonnx/tidy/index.ts';
import type { DrawnNode } from '../../qonnx/model.ts';
import { floats, int, modelOf, ramp } from '../../qonnx/model.ts';
import { differenceFrom } from './computed.ts';

const shape = [1, 2, 3, 2];

/** A layer that reads all of an image of floats, which are quantised before they become one row. */
function network(rows: DrawnNode): OnnxModel {
  const constants = {
    one: floats([], [1]),
    zero: floats([], [0]),
    bits: floats([], [4]),
    scale: floats([], [0.5]),
    weights: ramp([12, 5]),
    row: { elementType: 'int64', shape: [2], values: BigInt64Array.of(1n, -1n) },
  } as const;
  const nodes: readonly DrawnNode[] = [
    ['Quant', ['x', 'scale', 'zero', 'bits'], ['q'], {}],
    rows,
    ['Quant', ['weights', 'one', 'zero', 'bits'], ['w'], {}],
    ['MatMul', ['r', 'w'], ['y']],
  ];
  return modelOf(nodes, constants, shape);
}

test.each<[string, DrawnNode]>([
  ['Flatten', ['Flatten', ['q'], ['r'], { axis: int(1) }]],
  ['Reshape', ['Reshape', ['q', 'row'], ['r']]],
])('the boards read an image that the host quantises with its channels last, not its %s', (_, rows) => {
  const model = network(rows);
  const { graph, host } = lower(tidy(model).model, 'xc7z020clg484-1', null);
  expect(graph.nodes.map(({ opType }) => opType)).toEqual(['MVAU_hls']);
  expect(graph.tensors.get(graph.inputs[0]!)).toEqual({
    shape: [1, 3, 2, 2],
    datatype: 'INT4',
    layout: ['N', 'H', 'W', 'C'],
  });
  expect(host.before.graph.nodes.map(({ opType }) => opType)).toEqual(['Quant', 'Div', 'Round', 'Transpose']);
  const input = {
    elementType: 'float32',
    shape,
    values: Float32Array.from({ length: 12 }, (_, index) => index / 2 - 3),
  } as const;
  expect(differenceFrom(model, { graph, host }, input)).toBeNull();
});
