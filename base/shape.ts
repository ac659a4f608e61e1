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

/** The shape to which two operands broadcast (numpy's rule: aligned at the end, 1 stretches); null if they do not. */
export function broadcastShape(left: readonly number[], right: readonly number[]): readonly number[] | null {
  const rank = Math.max(left.length, right.length);
  const shape: number[] = [];
  for (let axis = 0; axis < rank; axis++) {
    const a = left[left.length - rank + axis] ?? 1;
    const b = right[right.length - rank + axis] ?? 1;
    if (a !== b && a !== 1 && b !== 1) return null;
    shape.push(a === 1 ? b : a);
  }
  return shape;
}
