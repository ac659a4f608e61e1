/** Number of elements of a shape; 1 for a scalar. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

/** The extent of the last axis of a shape; 1 for a scalar. */
export function lastExtent(shape: readonly number[]): number {
  return shape.at(-1) ?? 1;
}
