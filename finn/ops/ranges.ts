import type { Datatype } from '../datatype.ts';
import { smallestDatatype } from '../datatype.ts';
import { valueAt } from '../tensor.ts';

/** The smallest and the largest of some values. */
export interface Range {
  readonly minimum: number;
  readonly maximum: number;
}

/** The range of a parameter tensor's values, which never change: several rules ask for it, and there are millions of values. */
export function valueRange(values: Float32Array): Range {
  const known = ranges.get(values);
  if (known !== undefined) return known;
  const range = measured(values);
  ranges.set(values, range);
  return range;
}

const ranges = new WeakMap<Float32Array, Range>();

function measured(values: Float32Array): Range {
  let minimum = Infinity;
  let maximum = -Infinity;
  // A loop, not an iterator, since there are millions of weights.
  for (let index = 0; index < values.length; index += 1) {
    const value = valueAt(values, index);
    if (value < minimum) minimum = value;
    if (value > maximum) maximum = value;
  }
  return { minimum, maximum };
}

/** The smallest datatype FINN+ 1.6.1 chooses for a range; `signed` makes it signed even if no value is negative. */
export function smallestForRange({ minimum, maximum }: Range, signed: boolean): Datatype {
  if (minimum < 0) return smallestDatatype(Math.abs(minimum) > maximum ? minimum : -maximum - 1);
  return smallestDatatype(signed ? -maximum - 1 : maximum);
}
