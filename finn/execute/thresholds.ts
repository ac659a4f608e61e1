/** Counts for each value, channels last, the thresholds of its channel that it reaches, then scales and shifts. */
export type CountThresholds = (values: Int32Array) => Int32Array;

/** Prepares thresholds of shape (channels or 1, steps), in any order (QONNX `multithreshold`). */
export function prepareThresholds(
  thresholds: Float32Array,
  shape: readonly number[],
  output: { readonly scale: number; readonly bias: number },
): CountThresholds {
  const [rows = 1, steps = 0] = shape;
  const { scale, bias } = output;
  // The count does not depend on the order, and a sorted row allows a binary search.
  const sorted = Float32Array.from(thresholds);
  for (let row = 0; row < rows; row += 1) sorted.subarray(row * steps, (row + 1) * steps).sort();
  // `?? 0` is free in these loops and never applies.
  return (values) => {
    const counts = new Int32Array(values.length);
    let row = 0;
    for (let index = 0; index < values.length; index += 1) {
      const value = values[index] ?? 0;
      const start = row * steps;
      let low = start;
      let high = start + steps;
      while (low < high) {
        const middle = (low + high) >>> 1;
        if (value >= (sorted[middle] ?? 0)) low = middle + 1;
        else high = middle;
      }
      counts[index] = (low - start) * scale + bias;
      row += 1;
      if (row === rows) row = 0;
    }
    return counts;
  };
}
