import { describe, expect, test } from 'vitest';
import { imagesOf } from '../../../stages/shared/images.ts';

const source = { name: 'inputs (a.npy)', at: ['inputs'] };
const input = (datatype: string) => ({ name: 'x', shape: [1, 2], datatype });

function refusalOf(values: Float64Array, datatype: string): unknown {
  try {
    return imagesOf({ shape: [values.length / 2, 2], values, source }, input(datatype), undefined);
  } catch (error) {
    return error;
  }
}

test('images are integers for an integer input, and floats for a float one', () => {
  const array = { shape: [2, 2], values: Float64Array.of(1, 2, 3, -4), source };
  expect(imagesOf(array, input('INT8'), 1)).toEqual([
    { elementType: 'int32', shape: [1, 2], values: Int32Array.of(1, 2) },
  ]);
  expect(imagesOf(array, input('FLOAT32'), undefined)[1]).toEqual({
    elementType: 'float32',
    shape: [1, 2],
    values: Float32Array.of(3, -4),
  });
});

test('a value that is not needed is not looked at', () => {
  const array = { shape: [2, 2], values: Float64Array.of(1, 2, 3, 300), source };
  expect(imagesOf(array, input('UINT8'), 1)).toHaveLength(1);
});

describe('refused, with the image and the place, is', () => {
  test.each([
    [
      'a value out of range',
      [0, 1, 2, 346],
      'UINT8',
      'image 1 holds 346 at [0, 1], but the network takes integers from 0 to 255 (UINT8)',
      undefined,
    ],
    [
      'bytes divided by 255',
      [0, 1, 0.25, 1],
      'UINT8',
      'image 1 holds 0.25 at [0, 0]',
      'the values are from 0 to 1: save the bytes of the images, from 0 to 255, without dividing them',
    ],
    [
      'a normalised image',
      [-1.5, 1],
      'UINT8',
      'image 0 holds -1.5 at [0, 0]',
      'save the integers that the first quantiser takes, not scaled values',
    ],
    ['0 for BIPOLAR', [1, 0], 'BIPOLAR', 'but the network takes -1 and 1 (BIPOLAR)', undefined],
    [
      'no number',
      [1, NaN],
      'FLOAT32',
      'image 0 holds NaN at [0, 1], but the network takes finite numbers',
      undefined,
    ],
  ])('%s', (_what, values, datatype, message, hint) => {
    expect(refusalOf(Float64Array.from(values), datatype)).toMatchObject({
      code: 'images/wrong-value',
      message: expect.stringMatching(/^inputs \(a\.npy\): /) as string,
      at: ['inputs'],
      hint,
    });
    expect(refusalOf(Float64Array.from(values), datatype)).toHaveProperty(
      'message',
      expect.stringContaining(message),
    );
  });

  test('an empty array', () => {
    expect(() =>
      imagesOf({ shape: [0, 2], values: new Uint8Array(), source }, input('UINT8'), undefined),
    ).toThrow(expect.objectContaining({ code: 'images/none' }));
  });
});
