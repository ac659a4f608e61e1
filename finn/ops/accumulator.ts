import type { Datatype } from '../datatype.ts';
import { integerDatatype } from '../datatype.ts';
import { valueAt } from '../tensor.ts';
import type { Range } from './ranges.ts';

/** The range of a vector of `input` values times a matrix in C order (QONNX `calculate_matvec_accumulator_range`). */
export function accumulatorRange(matrix: Float32Array, columns: number, input: Datatype): Range {
  const lowest = new Float64Array(columns);
  const highest = new Float64Array(columns);
  const { minimum, maximum } = input;
  for (let row = 0; row < matrix.length; row += columns)
    for (let column = 0; column < columns; column += 1) {
      const weight = valueAt(matrix, row + column);
      lowest[column] = (lowest[column] ?? 0) + weight * (weight > 0 ? minimum : maximum);
      highest[column] = (highest[column] ?? 0) + weight * (weight > 0 ? maximum : minimum);
    }

  return {
    minimum: lowest.reduce((least, value) => Math.min(least, value), Infinity),
    maximum: highest.reduce((most, value) => Math.max(most, value), -Infinity),
  };
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
