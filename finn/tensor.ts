/** Activations in memory, in C order: images and layer outputs (NHWC inside the hardware graph). */
export interface IntegerTensor {
  readonly shape: readonly number[];
  readonly data: Int32Array;
}

/** Numbers of one kind in memory. */
export type NumberArray =
  Int8Array | Uint8Array | Int16Array | Uint16Array | Int32Array | Uint32Array | Float32Array | Float64Array;

/** The values as int32 little-endian in C order, over which digests of tensors are computed. */
export function int32Bytes(values: ArrayLike<number>): Uint8Array {
  const integers = new Int32Array(values.length);
  // A loop: the constructor takes ten times as long to convert floats.
  for (let index = 0; index < values.length; index += 1) integers[index] = values[index] ?? 0;
  return new Uint8Array(integers.buffer);
}

/**
 * The element at an index that a loop keeps within bounds. There are millions of them, so that a check that throws would
 * cost too much.
 */
export function valueAt(values: NumberArray, index: number): number {
  return values[index] ?? 0;
}

/** Whether two tensors have the same shape and values. */
export function sameTensor(left: IntegerTensor, right: IntegerTensor): boolean {
  return (
    left.shape.length === right.shape.length &&
    left.shape.every((extent, axis) => extent === right.shape[axis]) &&
    left.data.length === right.data.length &&
    left.data.every((value, index) => value === right.data[index])
  );
}
