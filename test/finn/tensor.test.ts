import { expect, test } from 'vitest';
import { runHost } from '../../stages/shared/host.ts';
import { hostOf } from './host.ts';
import { elementCount } from '../../base/shape.ts';
import { int32Bytes, sameTensor } from '../../finn/tensor.ts';

test('bytes are little-endian two’s complement', () => {
  expect([...int32Bytes([1, -2])]).toEqual([1, 0, 0, 0, 254, 255, 255, 255]);
});

test('a scalar has one element', () => {
  expect(elementCount([])).toBe(1);
});

test('tensors differ by shape and by values', () => {
  const tensor = { shape: [1, 2], data: Int32Array.of(3, 4) };
  expect(sameTensor(tensor, { shape: [1, 2], data: Int32Array.of(3, 4) })).toBe(true);
  expect(sameTensor(tensor, { shape: [2, 1], data: Int32Array.of(3, 4) })).toBe(false);
  expect(sameTensor(tensor, { shape: [1, 2], data: Int32Array.of(3, 5) })).toBe(false);
});

test('the host transposes and reshapes', () => {
  const shape = [1, 2, 3, 2];
  const { toBoards } = runHost(
    hostOf({
      before: [
        { op: 'Transpose', perm: [0, 2, 3, 1] },
        { op: 'Reshape', shape: [1, -1] },
      ],
      after: [],
      input: { shape, datatype: 'UINT8' },
      output: { shape: [1, 12], datatype: 'UINT8' },
      meaning: 'values',
    }),
  );
  const values = Uint8Array.from({ length: 12 }, (_, index) => index);
  const found = toBoards({ elementType: 'uint8', shape, values });
  expect(found.shape).toEqual([1, 12]);
  expect([...found.data]).toEqual([0, 6, 1, 7, 2, 8, 3, 9, 4, 10, 5, 11]);
});
