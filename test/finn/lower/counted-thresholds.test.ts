import { expect, test } from 'vitest';
import { lower } from '../../../finn/lower/lower.ts';
import { minimiseBitWidths } from '../../../finn/minimise/bit-widths.ts';
import { tidy } from '../../../qonnx/tidy/index.ts';
import type { DrawnNode } from '../../qonnx/model.ts';
import { floats, int, modelOf, ramp } from '../../qonnx/model.ts';
import { differenceFrom } from './computed.ts';

const shape = [1, 6];

/** Bits times bits, and a bias that takes all but the largest sums below the first steps of a quantiser. */
const nodes: readonly DrawnNode[] = [
  ['BipolarQuant', ['x', 'one'], ['q'], {}],
  ['BipolarQuant', ['weights', 'one'], ['w'], {}],
  ['MatMul', ['q', 'w'], ['product']],
  ['Add', ['product', 'bias'], ['sum']],
  ['Relu', ['sum'], ['positive']],
  ['Quant', ['positive', 'scale', 'zero', 'bits'], ['y'], { signed: int(0), narrow: int(0) }],
];

const constants = {
  one: floats([], [1]),
  zero: floats([], [0]),
  bits: floats([], [4]),
  scale: floats([], [1]),
  weights: ramp([6, 3]),
  bias: floats([1, 3], [9, 0, -3]),
};

test('thresholds below every count of equal bits become 0', () => {
  const drawn = modelOf(nodes, constants, shape);
  const annotations = new Map([['x', new Map([['finn_datatype', 'INT8']])]]);
  const model = { ...drawn, graph: { ...drawn.graph, annotations } };
  const lowered = lower(tidy(model).model, 'xc7z020clg484-1', null);
  const graph = minimiseBitWidths(lowered.graph);
  const [thresholds] = graph.nodes
    .filter(({ attributes }) => attributes['binaryXnorMode'] === 1)
    .map(({ inputs }) => graph.parameters.get(inputs[2]!)!);
  // Without the limit they are half of (step - 0.5 - 9 + 6), rounded up.
  expect([...thresholds!].slice(0, 15)).toEqual([0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6]);
  for (const sign of [1, -1]) {
    const values = Float32Array.from({ length: 6 }, (_, index) => sign * (2 * (index % 3) - 1));
    const input = { elementType: 'float32', shape, values } as const;
    expect(differenceFrom(model, { ...lowered, graph }, input)).toBeNull();
  }
});
