import { expect, test } from 'vitest';
import { Refusal } from '../../../base/refusal.ts';
import { lower } from '../../../finn/lower/lower.ts';
import { tidy } from '../../../qonnx/tidy/index.ts';
import type { DrawnNode } from '../../qonnx/model.ts';
import { floats, modelOf, ramp } from '../../qonnx/model.ts';

/** A layer that reads bytes less their means, and nothing quantises these. */
function refusal(means: readonly number[]): Refusal {
  const nodes: readonly DrawnNode[] = [
    ['Sub', ['x', 'means'], ['centred']],
    ['Quant', ['weights', 'one', 'zero', 'bits'], ['w'], {}],
    ['MatMul', ['centred', 'w'], ['product']],
    ['Quant', ['product', 'one', 'zero', 'bits'], ['y'], {}],
  ];
  const constants = {
    means: floats([means.length], means),
    weights: ramp([2, 3]),
    one: floats([], [1]),
    zero: floats([], [0]),
    bits: floats([], [4]),
  };
  const model = modelOf(nodes, constants);
  const annotations = new Map([['x', new Map([['finn_datatype', 'UINT8']])]]);
  try {
    lower(tidy({ ...model, graph: { ...model.graph, annotations } }).model, 'xc7z020clg484-1', null);
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error('was lowered');
}

test('arithmetic on the input that a layer reads is refused with the advice to quantise it', () => {
  expect(refusal([0.25, 0.5])).toMatchObject({
    code: 'lower/unsupported-op',
    message:
      'node_centred (Add) remains as arithmetic with a value per channel, before node_product (MatMul)',
    hint: 'put a quantiser behind it, in front of the first layer',
  });
});
