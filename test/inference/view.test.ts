import { describe, expect, test } from 'vitest';
import { csvOf } from '../../inference/csv.ts';
import type { Outputs } from '../../inference/infer.ts';
import { jsonOf } from '../../inference/json.ts';
import { checkNpy, npyOf } from '../../inference/npy.ts';
import { tableOf } from '../../inference/table.ts';
import { viewOf } from '../../inference/view.ts';
import { readNpy } from '../../finn/npy.ts';
import type { OnnxTensor } from '../../onnx/model.ts';

const scores: Outputs = [{ name: 'scores', shape: [1, 4], datatype: 'FLOAT32', meaning: 'values' }];
const maps: Outputs = [{ name: 'map', shape: [1, 2, 2], datatype: 'INT8', meaning: 'values' }];
const one: Outputs = [{ name: 'class', shape: [1, 1], datatype: 'UINT8', meaning: 'class' }];
const names = ['cat', 'dog', 'cow, black', 'hen'];
const floats = (...values: readonly number[]): OnnxTensor => ({
  elementType: 'float32',
  shape: [1, 4],
  values: Float32Array.from(values),
});
const map: OnnxTensor = { elementType: 'int32', shape: [1, 2, 2], values: Int32Array.of(1, -2, 3, 4) };
const results = [
  { image: 'a.png', tensors: [floats(0.5, 2, -1, 2)] },
  { image: '"b".png', tensors: [floats(NaN, 0, 7.25, 1)] },
];
const numpy = (file: Buffer) => {
  const { shape, values } = readNpy(file, { name: 'made' });
  return { shape, values: [...values] };
};

describe('scores', () => {
  const view = viewOf(scores, names, 2);

  test('are ranked, equal ones in order, and what is not a number last', () => {
    expect(tableOf(results, view)).toEqual([
      'image    1.                   2.',
      'a.png    1 dog (2)            3 hen (2)',
      '"b".png  2 cow, black (7.25)  3 hen (1)',
    ]);
  });

  test('as CSV', () => {
    expect(csvOf(results, view, false)).toBe(
      'image,emulated,class1,name1,score1,class2,name2,score2\n' +
        'a.png,false,1,dog,2,3,hen,2\n' +
        '"""b"".png",false,2,"cow, black",7.25,3,hen,1\n',
    );
  });

  test('as JSON and as .npy', () => {
    expect(jsonOf(results, view, true)[0]).toEqual({
      type: 'inference',
      image: 'a.png',
      emulated: true,
      classes: [
        { class: 1, name: 'dog', score: 2 },
        { class: 3, name: 'hen', score: 2 },
      ],
    });
    expect(numpy(npyOf(results, view))).toEqual({ shape: [2, 2], values: [1, 3, 2, 3] });
  });

  test('are classes if each has a name, or if the user asks for the best', () => {
    expect(viewOf(scores, names, null)).toMatchObject({ type: 'classes', top: 1 });
    expect(viewOf(scores, ['cat'], null).type).toBe('values');
    expect(viewOf(scores, [], 4)).toMatchObject({ type: 'classes', top: 4, hasNames: false });
  });
});

describe('values', () => {
  const view = viewOf(maps, names, null);
  const found = [{ image: 'a.png', tensors: [map] }];

  test('have a column for each in CSV, their shape in JSON and .npy', () => {
    expect(csvOf(found, view, true)).toBe(
      'image,emulated,map[0 0 0],map[0 0 1],map[0 1 0],map[0 1 1]\na.png,true,1,-2,3,4\n',
    );
    expect(jsonOf(found, view, true)[0]).toMatchObject({
      outputs: [{ name: 'map', shape: [1, 2, 2], values: [1, -2, 3, 4] }],
    });
    expect(numpy(npyOf(found, view))).toEqual({ shape: [1, 2, 2], values: [1, -2, 3, 4] });
  });

  test('of two outputs fit no .npy file', () => {
    expect(() => {
      checkNpy(viewOf([...scores, ...maps], [], null));
    }).toThrow(expect.objectContaining({ code: 'usage/npy-outputs' }));
  });
});

describe('no scores has', () => {
  test.each([
    ['one class', one, 2, 'one class for an image, without scores'],
    ['a map', maps, 1, 'map [1, 2, 2], which is not one vector of scores'],
    ['several outputs', [...scores, ...maps], 1, 'which is not one vector of scores'],
    ['a shorter vector', scores, 5, 'returns 4 scores, fewer than 5'],
  ] as const)('%s', (_what, outputs, top, message) => {
    expect(() => viewOf(outputs, [], top)).toThrow(
      expect.objectContaining({
        code: 'usage/no-scores',
        message: expect.stringContaining(message) as string,
      }),
    );
  });
});

test('a class is its own rank', () => {
  const view = viewOf(one, names, 1);
  const tensor: OnnxTensor = { elementType: 'int64', shape: [1, 1], values: BigInt64Array.of(2n) };
  expect(tableOf([{ image: 'x', tensors: [tensor] }], view)).toEqual(['image  class', 'x      2 cow, black']);
  expect(numpy(npyOf([{ image: 'x', tensors: [tensor] }], view))).toEqual({ shape: [1], values: [2] });
});
