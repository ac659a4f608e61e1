import { valueAt } from '../tensor.ts';
import { matmulWasm } from './matmul-wasm.ts';

/** Multiplies rows of values, in C order, by a packed matrix. */
export type Multiply = (input: Int32Array) => Int32Array;

/** Packed matrices and the SIMD kernel that multiplies by them, in one WebAssembly memory. */
export interface MatmulMemory {
  /** Packs weights of shape (rows, columns) and 16-bit values; the product takes rows of 16-bit values. */
  readonly pack: (weights: Float32Array, rows: number, columns: number) => Multiply;
}

/** Has its own memory, which grows as matrices are packed and lives as long as the products it returned. */
export function createMatmulMemory(): MatmulMemory {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const module = new WebAssembly.Module(Buffer.from(matmulWasm, 'base64'));
  const kernel = new WebAssembly.Instance(module, { memory: { memory } }).exports.matmul;
  let packedEnd = 0;

  const reserve = (bytes: number): void => {
    const missing = bytes - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / pageBytes));
  };

  return {
    pack: (weights, rows, columns) => {
      const steps = Math.ceil(rows / 2);
      const blocks = Math.ceil(columns / 8);
      const packedAt = packedEnd;
      packedEnd += blocks * steps * 32;
      reserve(packedEnd);
      packWeights(
        new Int16Array(memory.buffer, packedAt, blocks * steps * 16).fill(0),
        weights,
        columns,
        steps,
      );
      return (input) => {
        const vectors = input.length / rows;
        const groups = Math.ceil(vectors / 4);
        // Values and sums are stored after all packed matrices; the next product overwrites them.
        const valuesAt = packedEnd;
        const sumsAt = valuesAt + groups * 4 * steps * 4;
        reserve(sumsAt + groups * 4 * blocks * 32);
        copyRows(new Int16Array(memory.buffer, valuesAt), steps * 2, input, rows);
        kernel(valuesAt, packedAt, sumsAt, groups, steps, blocks);
        return takeRows(new Int32Array(memory.buffer, sumsAt), blocks * 8, vectors, columns);
      };
    },
  };
}

// The types of Node 20 describe WebAssembly's namespace but not its values.
declare const WebAssembly: {
  readonly Memory: new (size: { initial: number }) => {
    readonly buffer: ArrayBuffer;
    readonly grow: (pages: number) => number;
  };
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (
    module: object,
    imports: { memory: { memory: object } },
  ) => { readonly exports: { readonly matmul: (...integers: readonly number[]) => void } };
};

const pageBytes = 65536;

/** Blocks of 8 columns; in a block, two rows at a time, column by column; their padding stays 0. */
function packWeights(packed: Int16Array, weights: Float32Array, columns: number, steps: number): void {
  for (let row = 0, from = 0; from < weights.length; row += 1) {
    const rowAt = (row >> 1) * 16 + (row & 1);
    for (let column = 0; column < columns; column += 1, from += 1)
      packed[(column >> 3) * steps * 16 + rowAt + (column & 7) * 2] = valueAt(weights, from);
  }
}

function copyRows(target: Int16Array, stride: number, input: Int32Array, rows: number): void {
  if (stride === rows) {
    target.set(input);
    return;
  }
  // The padding of an odd row need not be cleared: its weights are 0.
  for (let from = 0, to = 0; from < input.length; from += rows, to += stride)
    target.set(input.subarray(from, from + rows), to);
}

function takeRows(sums: Int32Array, stride: number, vectors: number, columns: number): Int32Array {
  if (stride === columns) return sums.slice(0, vectors * columns);
  const taken = new Int32Array(vectors * columns);
  for (let vector = 0; vector < vectors; vector += 1)
    taken.set(sums.subarray(vector * stride, vector * stride + columns), vector * columns);

  return taken;
}
