import { expect, test } from 'vitest';
import { lower } from '../../../finn/lower/lower.ts';
import { networkOf, quantise } from '../../integration/rig/networks/branching.ts';
import type { Body } from '../../integration/rig/networks/branching.ts';
import { append, floats } from '../../integration/rig/networks/lowering-drawing.ts';
import { flatten } from '../../integration/rig/networks/lowering-parts.ts';
import { product } from '../../integration/rig/networks/lowering-layers.ts';

/** A product of bits and bits, whose count of equal bits is doubled and shifted by the number of inputs. */
const ofBits: Body = (drawing) => {
  append(drawing, 'BipolarQuant', drawing.end.shape, [floats([], () => 1)]);
  flatten(drawing);
  product(drawing, 5, { bits: 1, last: true });
};

function kindsAtEnd(end: Body): readonly string[] {
  const model = networkOf(
    (drawing) => {
      quantise(drawing, 0.2);
    },
    { end },
  );
  const { graph, host } = lower(model, 'xc7z020clg484-1', null);
  const behind = graph.nodes.findIndex(({ attributes }) => attributes['binaryXnorMode'] === 1) + 1;
  return [...graph.nodes.slice(behind), ...host.after.graph.nodes].map(({ opType }) => opType);
}

test('integer arithmetic behind the last layer is hardware, all of it', () => {
  expect(kindsAtEnd(ofBits)).toEqual(['ElementwiseMul_hls', 'ElementwiseAdd_hls']);
});

test('float arithmetic is for the host', () => {
  const scaled: Body = (drawing) => {
    ofBits(drawing);
    append(drawing, 'Mul', drawing.end.shape, [floats([5], (index) => 0.3 + index)]);
  };
  expect(kindsAtEnd(scaled)).toEqual(['Mul', 'Add']);
});
