import { elementCount } from '../../base/shape.ts';

/** How far apart the neighbours along each axis are in C order. */
export function stridesOf(shape: readonly number[]): readonly number[] {
  return shape.map((_, axis) => elementCount(shape.slice(axis + 1)));
}

/**
 * The index of each element of a view, in C order: for each axis, the offsets that its coordinates add. A view has one element
 * if it has no axes.
 */
export function positionsOf(axes: readonly ArrayLike<number>[], start = 0): Int32Array {
  return axes.reduce<Int32Array>((positions, offsets) => {
    const next = new Int32Array(positions.length * offsets.length);
    let to = 0;
    for (const position of positions)
      for (let index = 0; index < offsets.length; index++) next[to++] = position + (offsets[index] ?? 0);
    return next;
  }, Int32Array.of(start));
}

/** The offsets of one axis whose coordinates are a stride apart. */
export function steps(extent: number, stride: number): Int32Array {
  return Int32Array.from({ length: extent }, (_, index) => index * stride);
}

/** The common shape of several, stretched as numpy does, or null if they do not fit. */
export function broadcastShape(shapes: readonly (readonly number[])[]): readonly number[] | null {
  const rank = Math.max(0, ...shapes.map((shape) => shape.length));
  const joint = Array.from({ length: rank }, (_, axis) => {
    const extents = new Set(shapes.map((shape) => shape[axis - rank + shape.length] ?? 1));
    extents.delete(1);
    return extents.size > 1 ? null : ([...extents][0] ?? 1);
  });
  return joint.every((extent) => extent !== null) ? joint : null;
}

/** For each element of the stretched tensor the index in the tensor of the shape. */
export function stretchedPositions(shape: readonly number[], stretched: readonly number[]): Int32Array {
  const strides = stridesOf(shape);
  return positionsOf(
    stretched.map((extent, axis) => {
      const own = axis - stretched.length + shape.length;
      return steps(extent, shape[own] === extent ? (strides[own] ?? 0) : 0);
    }),
  );
}

/** The elements of a tensor in groups: each start plus each offset is the index of an element. */
export interface Lines {
  readonly starts: Int32Array;
  readonly offsets: Int32Array;
}

/** Groups the elements that differ only in their coordinates along the given axes; both lists are in C order. */
export function linesAlong(shape: readonly number[], axes: readonly number[]): Lines {
  const strides = stridesOf(shape);
  const along = (isAlong: boolean): Int32Array =>
    positionsOf(
      shape.flatMap((extent, axis) =>
        axes.includes(axis) === isAlong ? [steps(extent, strides[axis] ?? 0)] : [],
      ),
    );
  return { starts: along(false), offsets: along(true) };
}
