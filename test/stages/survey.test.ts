import { describe, expect, it, test } from 'vitest';
import { readNpy } from '../../finn/npy.ts';
import { evenCuts } from '../../stages/survey/even-cuts.ts';
import { checkImages, numpyType, sampleImages } from '../../stages/survey/images.ts';

const input = (datatype: string) => ({ name: 'in', shape: [1, 3, 4], datatype });

describe('sample images', () => {
  it.each([
    'UINT8',
    'INT8',
    'INT4',
    'UINT2',
    'BIPOLAR',
    'BINARY',
    'TERNARY',
    'INT16',
    'UINT16',
    'INT32',
    'FLOAT32',
  ])('of %s are images that the network takes, the same ones every time, and not all equal', (datatype) => {
    const bytes = sampleImages(input(datatype), 5);
    expect(checkImages(bytes, 'x', input(datatype))).toEqual({ ok: true, value: 5 });
    expect(sampleImages(input(datatype), 5)).toEqual(bytes);
    const { shape, values } = readNpy(bytes, { name: 'x' });
    expect(shape).toEqual([5, 3, 4]);
    expect(new Set(values).size).toBeGreaterThan(1);
  });

  it('are of the smallest type of numpy that holds them', () => {
    expect(['UINT8', 'INT4', 'BIPOLAR', 'UINT12', 'INT9', 'INT24', 'FLOAT32'].map(numpyType)).toEqual([
      ...['uint8', 'int8', 'int8', 'uint16', 'int16', 'int32', 'float32'],
    ]);
  });
});

describe('even cuts', () => {
  test.each([
    ['in the middle', [1, 1, 1, 1], [0, 1, 2], 2, [1]],
    ['where the weight is', [1, 1, 1, 9], [0, 1, 2], 2, [2]],
    ['only where cuts are possible', [1, 1, 1, 9], [0], 2, [0]],
    ['into three', [3, 3, 2, 2, 2], [0, 1, 2, 3], 3, [0, 2]],
    ['into fewer than asked', [1, 1], [0], 5, [0]],
    ['nowhere', [1, 1, 1], [], 2, []],
    ['never for one part', [5, 5], [0], 1, []],
  ])('%s', (_, weights, places, parts, cuts) => {
    expect(evenCuts(weights, places, parts)).toEqual(cuts);
  });
});
