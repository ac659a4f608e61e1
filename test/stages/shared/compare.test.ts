import { describe, expect, test } from 'vitest';
import { compareImage, exact, floatTolerance } from '../../../stages/shared/compare.ts';

const compare = (returned: readonly number[], expected: readonly number[], tolerance = exact) =>
  compareImage(Float64Array.from(returned), Float64Array.from(expected), tolerance);

test('integers are compared exactly', () => {
  expect(compare([1, 2], [1, 2])).toEqual({ largest: 0, first: null });
  expect(compare([1, 5, 9], [1, 2, 3])).toEqual({
    largest: 6,
    first: { position: 1, returned: 5, expected: 2 },
  });
});

test('64-bit integers are compared as numbers', () => {
  expect(compareImage(BigInt64Array.of(7n), Uint8Array.of(7), exact).first).toBeNull();
});

test('the tolerance of floats grows with the largest magnitude, which infinities do not count for', () => {
  expect(floatTolerance(Float64Array.of(1, -20, Infinity, NaN))).toEqual({ relative: 1e-4, absolute: 2e-3 });
});

describe('within 1e-4 of the value plus 1e-4 of the largest', () => {
  const tolerance = floatTolerance(Float64Array.of(0, 10));

  test.each([
    [0.00099, 0, true],
    [0.00101, 0, false],
    [10.0019, 10, true],
    [10.0021, 10, false],
    [NaN, 0, false],
    [0, NaN, false],
    [NaN, NaN, true],
    [Infinity, 0, false],
    [Infinity, Infinity, true],
    [-Infinity, Infinity, false],
  ])('%f for %f: %o', (returned, expected, isWithin) => {
    expect(compare([returned], [expected], tolerance).first === null).toBe(isWithin);
  });
});
