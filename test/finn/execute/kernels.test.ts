import fc from 'fast-check';
import { expect, test } from 'vitest';
import { datatype } from '../../../finn/datatype.ts';
import { createKernels, plainMatmul } from '../../../finn/execute/kernels.ts';
import { prepareThresholds } from '../../../finn/execute/thresholds.ts';

const size = fc.integer({ min: 1, max: 21 });
const int16 = fc.integer({ min: -32768, max: 32767 });

test('the SIMD kernel gives the results of plain arithmetic for any size', () => {
  const kernels = createKernels();
  fc.assert(
    fc.property(
      fc.tuple(size, size, size).chain(([vectors, rows, columns]) =>
        fc.record({
          rows: fc.constant(rows),
          columns: fc.constant(columns),
          values: fc.array(int16, { minLength: vectors * rows, maxLength: vectors * rows }),
          weights: fc.array(int16, { minLength: rows * columns, maxLength: rows * columns }),
        }),
      ),
      ({ rows, columns, values, weights }) => {
        const matrix = Float32Array.from(weights);
        const simd = kernels.matmul(matrix, rows, columns, datatype('INT16'));
        const input = Int32Array.from(values);
        expect(simd(input)).toEqual(plainMatmul(matrix, rows, columns)(input));
      },
    ),
  );
});

test('wider values are multiplied correctly, too', () => {
  const multiply = createKernels().matmul(Float32Array.of(3, -3), 1, 2, datatype('UINT17'));
  expect([...multiply(Int32Array.of(100_000))]).toEqual([300_000, -300_000]);
});

test('earlier products stay correct when later matrices grow the memory', () => {
  const kernels = createKernels();
  const first = kernels.matmul(Float32Array.of(2), 1, 1, datatype('INT8'));
  kernels.matmul(new Float32Array(1024 * 1024).fill(1), 1024, 1024, datatype('INT8'));
  expect([...first(Int32Array.of(21))]).toEqual([42]);
});

test('thresholds are counted per channel, in any order, equal values included', () => {
  const thresholds = Float32Array.of(3, 1, 2, -5, -5, 9);
  const count = prepareThresholds(thresholds, [2, 3], { scale: 1, bias: -1 });
  expect([...count(Int32Array.of(2, -5, 0, 9))]).toEqual([1, 1, -1, 2]);
});

test('one row of thresholds serves all channels; bipolar results are -1 and 1', () => {
  const count = prepareThresholds(Float32Array.of(0), [1, 1], { scale: 2, bias: -1 });
  expect([...count(Int32Array.of(-1, 0, 1))]).toEqual([-1, 1, 1]);
});

test('thresholds are counted by the definition, for any number and size', () => {
  const value = fc.oneof(fc.integer({ min: -9, max: 9 }), fc.constantFrom(-(2 ** 31), 2 ** 31 - 1));
  const threshold = fc.oneof(value, fc.constantFrom(-1.5, 0.5, 2 ** 31));
  fc.assert(
    fc.property(
      fc.array(threshold, { maxLength: 20 }),
      fc.array(value, { minLength: 1, maxLength: 5 }),
      (thresholds, values) => {
        const row = Float32Array.from(thresholds);
        const count = prepareThresholds(row, [1, row.length], { scale: 1, bias: 0 });
        const expected = values.map((one) => row.filter((bound) => one >= bound).length);
        expect([...count(Int32Array.from(values))]).toEqual(expected);
      },
    ),
  );
});
