import { describe, expect, test } from 'vitest';
import type { Picture } from '../../images/picture.ts';
import { arrayOf, pixelsOf } from '../../inference/pixels.ts';

const nothing = { resize: null, crop: null };
const input = (shape: readonly number[], datatype = 'UINT8') => ({ name: 'x', shape, datatype });
/** Two pixels of three channels. */
const samples = Uint8Array.of(1, 2, 3, 4, 5, 255);
const picture: Picture = { width: 2, height: 1, channels: 3, samples };
const tall: Picture = { width: 1, height: 2, channels: 3, samples };

describe('the channels of a picture', () => {
  test.each([
    ['come first', picture, [1, 3, 1, 2], [1, 4, 2, 5, 3, 255]],
    ['come last', tall, [1, 2, 1, 3], [1, 2, 3, 4, 5, 255]],
  ])('%s', (_what, pixels, shape, wanted) => {
    const taken = input(shape);
    const found = arrayOf(pixels, taken, pixelsOf(taken, 'photo', null), nothing, 'photo');
    expect([found.shape, [...found.values]]).toEqual([shape, wanted]);
  });

  test.each([
    [[1, 3, 32, 40], { order: 'NCHW', channels: 3, height: 32, width: 40 }],
    [[1, 1, 28, 28], { order: 'NCHW', channels: 1, height: 28, width: 28 }],
    [[1, 32, 40, 3], { order: 'NHWC', channels: 3, height: 32, width: 40 }],
    [[1, 28, 28, 1], { order: 'NHWC', channels: 1, height: 28, width: 28 }],
  ])('of %o', (shape, wanted) => {
    expect(pixelsOf(input(shape), 'photo', null)).toEqual({ ...wanted, divisor: null });
  });
});

test('a network that takes floats gets bytes divided as declared, in float32', () => {
  const taken = input([1, 3, 1, 2], 'FLOAT32');
  const { values } = arrayOf(picture, taken, pixelsOf(taken, 'photo', 255), nothing, 'photo');
  expect([...values]).toEqual([1, 4, 2, 5, 3, 255].map((byte) => Math.fround(byte / 255)));
});

describe('refused is', () => {
  test.each([
    ['a network of vectors', [1, 784], 'UINT8', null, 'images/no-picture'],
    ['a network of four channels', [1, 4, 8, 8], 'UINT8', null, 'images/no-picture'],
    ['a network with a batch', [2, 3, 8, 8], 'UINT8', null, 'images/no-picture'],
    ['a network of floats without a divisor', [1, 3, 8, 8], 'FLOAT32', null, 'usage/no-divisor'],
    ['a network of integers with one', [1, 3, 8, 8], 'UINT8', 255, 'usage/divisor'],
  ])('%s', (_what, shape, datatype, divisor, code) => {
    expect(() => pixelsOf(input(shape, datatype), 'photo', divisor)).toThrow(
      expect.objectContaining({ code }),
    );
  });

  test('a picture of another size, with what to declare', () => {
    const taken = input([1, 3, 8, 9]);
    expect(() => arrayOf(picture, taken, pixelsOf(taken, 'photo', null), nothing, 'photo')).toThrow(
      expect.objectContaining({
        code: 'images/wrong-size',
        message: 'photo has 2×1 pixels, but the network takes 9×8',
        hint: 'declare how to fit it: --resize 9 --crop 9x8 keeps its proportions, --resize 9x8 does not',
      }),
    );
  });
});
