import type { NumberArray } from '../../finn/tensor.ts';
import { valueAt } from '../../finn/tensor.ts';
import type { TensorValues } from '../../onnx/model.ts';

/** How far a value may be from the expected one: `relative` times its magnitude plus `absolute`. */
export interface Tolerance {
  readonly relative: number;
  readonly absolute: number;
}

/** How the output for an image differs from the expected one. */
export interface Comparison {
  /** The largest difference of two values; infinite if one of them is not a number. */
  readonly largest: number;
  /** The first element, in C order, that is not within the tolerance. */
  readonly first: {
    readonly position: number;
    readonly returned: number;
    readonly expected: number;
  } | null;
}

export const exact: Tolerance = { relative: 0, absolute: 0 };

/** The tolerance of floats: 1e-4 of the value, plus 1e-4 of the largest finite magnitude among these. */
export function floatTolerance(expected: NumberArray): Tolerance {
  let largest = 0;
  for (const value of expected) if (Number.isFinite(value)) largest = Math.max(largest, Math.abs(value));
  return { relative: 1e-4, absolute: 1e-4 * largest };
}

/** Compares an output with the expected one, which has as many elements. Infinities and NaN equal themselves only. */
export function compareImage(
  returned: TensorValues,
  expected: NumberArray,
  { relative, absolute }: Tolerance,
): Comparison {
  let largest = 0;
  let first: Comparison['first'] = null;
  for (let position = 0; position < expected.length; position++) {
    const [got, wanted] = [Number(returned[position]), valueAt(expected, position)];
    if (got === wanted || (Number.isNaN(got) && Number.isNaN(wanted))) continue;
    const difference = Math.abs(got - wanted);
    largest = Math.max(largest, Number.isNaN(difference) ? Infinity : difference);
    const isWithin = Number.isFinite(difference) && difference <= absolute + relative * Math.abs(wanted);
    if (!isWithin) first ??= { position, returned: got, expected: wanted };
  }
  return { largest, first };
}
