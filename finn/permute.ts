import { defined } from '../base/defined.ts';
import { elementCount } from '../base/shape.ts';
import type { NumberArray } from './tensor.ts';
import { valueAt } from './tensor.ts';

/**
 * Copies the values of a tensor, in C order, into `target` with its axes permuted: axis n of the copy is axis `perm[n]` of
 * the tensor. Returns the shape of the copy.
 */
export function permuteAxes<Values extends NumberArray>(
  shape: readonly number[],
  values: Values,
  perm: readonly number[],
  target: Values,
): readonly number[] {
  const all = shape.map((extent, axis): Axis => ({ extent, step: elementCount(shape.slice(axis + 1)) }));
  const axes = permuted(all, perm);
  const { extent, step } = axes.at(-1) ?? { extent: 1, step: 1 };
  let to = 0;
  for (const start of startsOf(axes.slice(0, -1)))
    for (let from = start; from < start + extent * step; from += step, to += 1)
      target[to] = valueAt(values, from);
  return axes.map((axis) => axis.extent);
}

/** Permutes a list that has one item for each axis of a tensor. */
export function permuted<T>(items: readonly T[], perm: readonly number[]): readonly T[] {
  return perm.map((axis) =>
    defined(items[axis], `a permutation names ${axis} only if there is such an axis`),
  );
}

/** An axis of the copy; `step` is how far apart its elements are in the tensor. */
interface Axis {
  readonly extent: number;
  readonly step: number;
}

function startsOf(axes: readonly Axis[]): readonly number[] {
  return axes.reduce<readonly number[]>(
    (starts, { extent, step }) =>
      starts.flatMap((start) => Array.from({ length: extent }, (_, position) => start + position * step)),
    [0],
  );
}
