import type { ElementType, TensorValues } from '../../onnx/model.ts';

/** Values that are JavaScript numbers; those of 64-bit integers are bigints. */
export type NumberValues = Exclude<TensorValues, BigInt64Array | BigUint64Array>;

/** The values as numbers: 64-bit integers become doubles, exact up to 2^53. Not a copy otherwise. */
export function numbersOf(values: TensorValues): NumberValues {
  return values instanceof BigInt64Array || values instanceof BigUint64Array
    ? Float64Array.from(values, Number)
    : values;
}

/**
 * New values of a type, from the number at each index: rounded to float32, or cut to an integer that wraps at the width of the
 * type. The numbers of type bool must be 0 or 1.
 */
export function filled(type: ElementType, count: number, numberAt: (index: number) => number): TensorValues {
  const values = emptyValues(type, count);
  if (values instanceof BigInt64Array || values instanceof BigUint64Array)
    for (let index = 0; index < count; index++) values[index] = wholeBigint(numberAt(index));
  else for (let index = 0; index < count; index++) values[index] = numberAt(index);
  return values;
}

/** New values of a type, all of them 0. */
export function emptyValues(type: ElementType, count: number): TensorValues {
  return new arrays[type](count);
}

/** The values at the given indices, as a new array of the same type. */
export function picked(values: TensorValues, positions: Int32Array): TensorValues {
  if (values instanceof BigInt64Array) return BigInt64Array.from(positions, (index) => values[index] ?? 0n);
  if (values instanceof BigUint64Array) return BigUint64Array.from(positions, (index) => values[index] ?? 0n);
  const picks = new (values.constructor as new (count: number) => NumberValues)(positions.length);
  for (let index = 0; index < picks.length; index++) picks[index] = values[positions[index] ?? 0] ?? 0;
  return picks;
}

/** Overwrites the elements at the given indices, each with the value at the same place of the list; of the same type. */
export function place(target: TensorValues, positions: Int32Array, values: TensorValues): void {
  // The compiler does not know that both are arrays of the same type.
  const elements = target as { [index: number]: number | bigint };
  for (const [index, position] of positions.entries()) elements[position] = values[index] ?? 0;
}

const arrays: { readonly [type in ElementType]: new (count: number) => TensorValues } = {
  float32: Float32Array,
  float64: Float64Array,
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
  bool: Uint8Array,
};

function wholeBigint(number: number): bigint {
  return Number.isFinite(number) ? BigInt(Math.trunc(number)) : 0n;
}
