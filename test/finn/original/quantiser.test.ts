import { expect, test } from 'vitest';
import { agreementOf } from '../../../finn/original/quantiser.ts';
import { permuteAxes } from '../../../finn/permute.ts';

const images = [
  ['as wide as it has channels', [1, 2, 2, 2]],
  ['of one channel', [1, 1, 2, 3]],
  ['of three channels', [1, 3, 2, 2]],
] as const;

function quantised(shape: readonly number[]) {
  const output = Float64Array.from(
    { length: shape.reduce((count, each) => count * each) },
    (_, index) => index,
  );
  return { input: output, output, shape, scale: new Float64Array([1]), isBipolar: false };
}

test.each(images)('an image %s agrees with a layer that has its channels last', (_, shape) => {
  const [batch, channels, height, width] = shape;
  const integers = Int32Array.from(quantised(shape).output);
  const data = new Int32Array(integers.length);
  permuteAxes(shape, integers, [0, 2, 3, 1], data);
  const layer = { shape: [batch, height, width, channels], data };
  expect(agreementOf(quantised(shape), layer)).toEqual({
    values: Float32Array.from(integers),
    rounded: 0,
    wrong: null,
  });
});

test('values that are no image agree in their own order', () => {
  const shape = [1, 1, 2, 3];
  const data = Int32Array.from(quantised(shape).output);
  expect(agreementOf(quantised(shape), { shape, data }).wrong).toBeNull();
});

test('a wrong value is found in any order', () => {
  const shape = [1, 2, 2, 2];
  const data = Int32Array.from(quantised(shape).output);
  data[3]! += 2;
  expect(agreementOf(quantised(shape), { shape, data }).wrong).not.toBeNull();
});
