/** An image and the kernel that moves over it; sizes give height before width. */
export interface WindowGeometry {
  readonly input: readonly [number, number];
  /** Windows per column and per row. */
  readonly output: readonly [number, number];
  readonly kernel: readonly [number, number];
  readonly stride: readonly [number, number];
  readonly dilation: readonly [number, number];
  readonly channels: number;
}

/** Prepares to cut an image, channels last, into windows of (kernel height, kernel width, channels) each. */
export function prepareWindows(geometry: WindowGeometry): (image: Int32Array) => Int32Array {
  const { input, output, kernel, stride, dilation, channels } = geometry;
  // Without gaps a row of the kernel is one contiguous piece of the image.
  const pieces = dilation[1] === 1 ? 1 : kernel[1];
  const length = (kernel[1] / pieces) * channels;
  const copy = length < shortCopy ? copyShort : copyLong;
  return (image) => {
    const windows = new Int32Array(output[0] * output[1] * kernel[0] * kernel[1] * channels);
    let to = 0;
    for (let row = 0; row < output[0]; row += 1)
      for (let column = 0; column < output[1]; column += 1)
        for (let place = 0; place < kernel[0]; place += 1) {
          const line = (row * stride[0] + place * dilation[0]) * input[1];
          for (let piece = 0; piece < pieces; piece += 1) {
            const from = (line + column * stride[1] + piece * dilation[1]) * channels;
            copy(image, from, windows, to, length);
            to += length;
          }
        }

    return windows;
  };
}

/** Below this many elements a loop is faster than `set`. */
const shortCopy = 48;

function copyShort(source: Int32Array, from: number, target: Int32Array, to: number, length: number): void {
  // `?? 0` is free here and never applies.
  for (let index = 0; index < length; index += 1) target[to + index] = source[from + index] ?? 0;
}

function copyLong(source: Int32Array, from: number, target: Int32Array, to: number, length: number): void {
  target.set(source.subarray(from, from + length), to);
}
