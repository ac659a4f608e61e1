import { expect, test } from 'vitest';
import { writeHardwareGraph } from '../../../finn/dialect/write.ts';
import { lower } from '../../../finn/lower/lower.ts';
import type { OnnxModel } from '../../../onnx/model.ts';
import { tidy } from '../../../qonnx/tidy/index.ts';
import type { DrawnNode } from '../../qonnx/model.ts';
import { floats, int, ints, modelOf, ramp } from '../../qonnx/model.ts';

const part = 'xc7z020clg484-1';

/** A network of one-dimensional convolutions, for sequences or for images of one column. */
function network(column: readonly number[]): OnnxModel {
  const two = (values: readonly number[], other: number) => ints(...values, ...column.map(() => other));
  const pads = column.length === 0 ? ints(1, 1) : ints(1, 0, 1, 0);
  const quant = (from: string, to: string, settings: 'weights' | 'activations'): DrawnNode => [
    'Quant',
    [from, settings === 'weights' ? 'one' : 'scale', 'zero', 'bits'],
    [to],
    settings === 'weights' ? {} : { signed: int(0), narrow: int(0) },
  ];
  const nodes: readonly DrawnNode[] = [
    quant('first', 'w', 'weights'),
    ['Conv', ['x', 'w'], ['a'], { kernel_shape: two([3], 1), pads, strides: two([1], 1) }],
    ['BatchNormalization', ['a', 'gamma', 'beta', 'mean', 'variance'], ['b']],
    ['Relu', ['b'], ['c']],
    quant('c', 'd', 'activations'),
    ['MaxPool', ['d'], ['e'], { kernel_shape: two([2], 1), strides: two([2], 1) }],
    quant('second', 'v', 'weights'),
    ['Conv', ['e', 'v'], ['f'], { kernel_shape: two([2], 1) }],
    ['Relu', ['f'], ['g']],
    quant('g', 'h', 'activations'),
    ['Flatten', ['h'], ['i'], { axis: int(1) }],
    quant('dense', 'u', 'weights'),
    ['MatMul', ['i', 'u'], ['y']],
  ];
  const constants = {
    one: floats([], [1]),
    zero: floats([], [0]),
    bits: floats([], [4]),
    scale: floats([], [0.5]),
    first: ramp([4, 2, 3, ...column]),
    second: ramp([3, 4, 2, ...column]),
    dense: ramp([15, 5]),
    gamma: ramp([4], 2),
    beta: ramp([4]),
    mean: ramp([4]),
    variance: ramp([4], 4),
  };
  const model = modelOf(nodes, constants, [1, 2, 12, ...column]);
  const annotations = new Map([['x', new Map([['finn_datatype', 'INT8']])]]);
  return { ...model, graph: { ...model.graph, annotations } };
}

test('convolutions of sequences become the hardware of those of one column, and the host reshapes the input', () => {
  const [sequences, images] = [[], [1]].map((column) => lower(tidy(network(column)).model, part, null));
  const bytes = writeHardwareGraph(images!.graph);
  expect(Buffer.from(writeHardwareGraph(sequences!.graph)).equals(bytes)).toBe(true);
  expect(sequences!.host.part.input).toEqual({ name: 'x', shape: [1, 2, 12], datatype: 'INT8' });
  const operators = (before: OnnxModel) => before.graph.nodes.map(({ opType }) => opType);
  expect(operators(images!.host.before)).toEqual(['Transpose']);
  expect(operators(sequences!.host.before)).toEqual(['Reshape', 'Transpose']);
});
