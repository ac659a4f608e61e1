import { expect, test } from 'vitest';
import { erf } from '../../../qonnx/operators/erf.ts';

/** Values of the table in Abramowitz and Stegun, 7.1. */
test.each([
  [0, 0],
  [0.02, 0.0225645747],
  [0.5, 0.5204998778],
  [1, 0.8427007929],
  [2, 0.995322265],
  [3.5, 0.999999256902],
  [5.9, 1],
  [6, 1],
  [Infinity, 1],
])('erf(%d) is %d', (value, expected) => {
  expect(erf(value)).toBeCloseTo(expected, 9);
  expect(erf(-value)).toBeCloseTo(-expected, 9);
});

test('erf of no number is no number', () => {
  expect(erf(NaN)).toBeNaN();
});
