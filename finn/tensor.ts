/** Activations in memory, C order; images and layer outputs alike (NHWC inside the hardware graph). */
export interface IntegerTensor {
  readonly shape: readonly number[];
  readonly data: Int32Array;
}

/** Number of elements of a shape; 1 for a scalar. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

/** The values as int32 little-endian in C order: what digests of tensors are computed over. */
export function int32Bytes(values: ArrayLike<number>): Uint8Array {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  for (let index = 0; index < values.length; index += 1) view.setInt32(index * 4, values[index]!, true);
  return bytes;
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
