import type { Datatype } from '../datatype.ts';
import type { Multiply } from './matmul.ts';
import { createMatmulMemory } from './matmul.ts';
import { valueAt } from '../tensor.ts';

/** The kernels that the ops of one executor compute with. */
export interface Kernels {
  /** Packs weights of shape (rows, columns); `input` is the datatype of the values to be multiplied. */
  readonly matmul: (weights: Float32Array, rows: number, columns: number, input: Datatype) => Multiply;
}

/** Kernels for one executor: 16-bit SIMD if inputs and weights fit, otherwise plain 32-bit arithmetic; the results are equal. */
export function createKernels(): Kernels {
  const memory = createMatmulMemory();
  return {
    matmul: (weights, rows, columns, input) =>
      fits(input.minimum) && fits(input.maximum) && weights.every(fits)
        ? memory.pack(weights, rows, columns)
        : plainMatmul(weights, rows, columns),
  };
}

/** The same product in plain JavaScript; sums wrap at 32 bits. */
export function plainMatmul(weights: Float32Array, rows: number, columns: number): Multiply {
  const byColumn = new Int32Array(rows * columns);
  for (let index = 0; index < weights.length; index += 1)
    byColumn[(index % columns) * rows + Math.floor(index / columns)] = valueAt(weights, index);

  return (input) => {
    const vectors = input.length / rows;
    const sums = new Int32Array(vectors * columns);
    for (let vector = 0; vector < vectors; vector += 1)
      for (let column = 0; column < columns; column += 1) {
        let sum = 0;
        // `?? 0` is free here and never applies; a function call would cost more than the product itself.
        for (let row = 0; row < rows; row += 1)
          sum = (sum + Math.imul(input[vector * rows + row] ?? 0, byColumn[column * rows + row] ?? 0)) | 0;

        sums[vector * columns + column] = sum;
      }

    return sums;
  };
}

function fits(value: number): boolean {
  return value >= -32768 && value <= 32767;
}
