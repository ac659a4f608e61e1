/** Number of elements of a shape; 1 for a scalar. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

/** The extent of the last axis of a shape; 1 for a scalar. */
export function lastExtent(shape: readonly number[]): number {
  return shape.at(-1) ?? 1;
}

/** The index along each axis of the element at a position in C order. */
export function indexAt(position: number, shape: readonly number[]): readonly number[] {
  const index: number[] = [];
  let left = position;
  for (const extent of shape.toReversed()) {
    index.unshift(left % extent);
    left = Math.floor(left / extent);
  }
  return index;
}
