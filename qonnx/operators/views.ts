import { only, operandAt } from './operator.ts';
import type { Call, Operand } from './operator.ts';
import { positionsOf, steps, stridesOf } from './positions.ts';
import { picked } from './values.ts';

/** The elements of input 0 that a view selects, as the only output: for each axis of the view the offsets in the input. */
export function viewed(
  call: Call,
  axes: readonly ArrayLike<number>[],
  shape: readonly number[] = axes.map(({ length }) => length),
): readonly [Operand] {
  const { elementType, values } = operandAt(call, 0);
  return only(call, elementType, shape, () => picked(values(), positionsOf(axes)));
}

/** The view of a tensor in which some axes have only the given coordinates, in their order. */
export function selected(
  shape: readonly number[],
  coordinates: ReadonlyMap<number, readonly number[]>,
): readonly ArrayLike<number>[] {
  const strides = stridesOf(shape);
  return shape.map((extent, axis) => {
    const stride = strides[axis] ?? 0;
    return coordinates.get(axis)?.map((coordinate) => coordinate * stride) ?? steps(extent, stride);
  });
}
