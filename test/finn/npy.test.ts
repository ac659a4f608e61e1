import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readNpy } from '../../finn/npy.ts';

function npy(descriptor: string, shape: string, data: ArrayBufferView, order = 'False'): Uint8Array {
  const header =
    `{'descr': '${descriptor}', 'fortran_order': ${order}, 'shape': (${shape}), }`.padEnd(117) + '\n';
  const start = [0x93, ...new TextEncoder().encode('NUMPY'), 1, 0, header.length & 255, header.length >> 8];
  const body = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return Buffer.concat([Uint8Array.from(start), new TextEncoder().encode(header), body]);
}

test("the example's images and labels", () => {
  const examples = new URL('../../examples/tfc-w2a2/', import.meta.url);
  const images = readNpy(readFileSync(new URL('images.npy', examples)));
  expect(images.shape[0]).toBe(100);
  expect(images.data).toHaveLength(100 * 784);
  expect(Math.max(...images.data)).toBe(255);
  expect(readNpy(readFileSync(new URL('labels.npy', examples))).shape).toEqual([100]);
});

test.each([
  ['|u1', Uint8Array.of(0, 200, 255)],
  ['|i1', Int8Array.of(-128, 0, 127)],
  ['<i4', Int32Array.of(-(2 ** 31), 0, 2 ** 31 - 1)],
  ['<f4', Float32Array.of(-3, 0, 1e6)],
])('%s', (descriptor, values) => {
  expect(readNpy(npy(descriptor, '3,', values))).toEqual({ shape: [3], data: Int32Array.from(values) });
});

test('<i8', () => {
  const bytes = npy('<i8', '1, 2', BigInt64Array.of(-5n, 7n));
  expect(readNpy(bytes)).toEqual({ shape: [1, 2], data: Int32Array.of(-5, 7) });
});

test.each([
  ['an empty file', new Uint8Array(), 'npy/corrupt'],
  ['another file', new TextEncoder().encode('PK not an array'), 'npy/corrupt'],
  ['a header cut short', npy('|u1', '1,', Uint8Array.of(1)).subarray(0, 40), 'npy/corrupt'],
  ['data cut short', npy('<i4', '3,', Int32Array.of(1, 2)), 'npy/wrong-size'],
  ['data too long', npy('|u1', '1,', Uint8Array.of(1, 2)), 'npy/wrong-size'],
  ['a huge announcement', npy('|u1', '99999999, 99999999', Uint8Array.of(1)), 'npy/wrong-size'],
  ['strings', npy('<U3', '1,', new Uint8Array(12)), 'npy/unsupported-type'],
  ['Fortran order', npy('|u1', '1,', Uint8Array.of(1), 'True'), 'npy/unsupported-order'],
  ['a fraction', npy('<f4', '1,', Float32Array.of(0.5)), 'npy/not-integer'],
  ['not a number', npy('<f4', '1,', Float32Array.of(NaN)), 'npy/not-integer'],
  ['more than 32 bits', npy('<i8', '1,', BigInt64Array.of(2n ** 31n)), 'npy/not-integer'],
])('%s is refused', (_what, bytes, code) => {
  expect(() => readNpy(bytes)).toThrow(expect.objectContaining({ code }));
});
