import type { Datatype } from '../datatype.ts';
import { integerDatatype } from '../datatype.ts';
import { valueAt } from '../tensor.ts';
import type { Range } from './ranges.ts';

/** The range of a vector of `input` values times a matrix in C order (QONNX `calculate_matvec_accumulator_range`). */
export function accumulatorRange(matrix: Float32Array, columns: number, input: Datatype): Range {
  const sums = new Float64Array(columns);
  const sizes = new Float64Array(columns);
  for (let row = 0; row < matrix.length; row += columns)
    for (let column = 0; column < columns; column += 1) {
      const weight = valueAt(matrix, row + column);
      sums[column] = valueAt(sums, column) + weight;
      sizes[column] = valueAt(sizes, column) + Math.abs(weight);
    }
  // Sums are least where positive weights meet the smallest input and negative ones the largest.
  let [least, most] = [Infinity, -Infinity];
  for (let column = 0; column < columns; column += 1) {
    const positive = (valueAt(sizes, column) + valueAt(sums, column)) / 2;
    const negative = (valueAt(sums, column) - valueAt(sizes, column)) / 2;
    least = Math.min(least, positive * input.minimum + negative * input.maximum);
    most = Math.max(most, positive * input.maximum + negative * input.minimum);
  }
  return { minimum: least, maximum: most };
}

/** The range if only the datatype of the `rows` weights of a column is known. */
export function uniformRange(weights: Datatype, rows: number, input: Datatype): Range {
  const ranges = [weights.minimum, weights.maximum].map((weight) =>
    accumulatorRange(new Float32Array(rows).fill(weight), 1, input),
  );
  return {
    minimum: Math.min(...ranges.flatMap(({ minimum, maximum }) => [minimum, maximum])),
    maximum: Math.max(...ranges.flatMap(({ minimum, maximum }) => [minimum, maximum])),
  };
}

/** The smallest integer datatype for a range (FINN+ 1.6.1 `minimize_accumulator_width`). */
export function accumulatorDatatype({ minimum, maximum }: Range): Datatype {
  if (minimum >= 0) return integerDatatype(false, bitsFor(maximum + 1));
  return integerDatatype(true, bitsFor(Math.max(-minimum, 1 + maximum)) + 1);
}

/** Reads {0, 1} as {-1, +1}. */
export function bipolarValues(values: Float32Array): Float32Array {
  return values.map((value) => 2 * value - 1);
}

/** The smallest b with 2^b >= value, exact, unlike a rounded logarithm. */
function bitsFor(value: number): number {
  let bits = 0;
  while (2 ** bits < value) bits += 1;
  return bits;
}
