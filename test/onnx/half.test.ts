import { expect, test } from 'vitest';
import { fromBfloat16, fromFloat16 } from '../../onnx/half.ts';

test.each([
  [0x0000, 0],
  [0x8000, -0],
  [0x0001, 2 ** -24],
  [0x03ff, 1023 * 2 ** -24],
  [0x0400, 2 ** -14],
  [0x3555, 0.333251953125],
  [0x3c00, 1],
  [0xc000, -2],
  [0x7bff, 65504],
  [0x7c00, Infinity],
  [0xfc00, -Infinity],
  [0x7e00, NaN],
])('the float16 %i is %d', (bits, value) => {
  expect(fromFloat16(bits)).toBe(value);
});

test.each([
  [0x0000, 0],
  [0x8000, -0],
  [0x3f80, 1],
  [0xc049, -3.140625],
  [0x7f80, Infinity],
  [0x7fc0, NaN],
])('the bfloat16 %i is %d', (bits, value) => {
  expect(fromBfloat16(bits)).toBe(value);
});
