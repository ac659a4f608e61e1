import { lastExtent } from '../../base/shape.ts';

/** The positive divisors of a positive integer, ascending. */
export function divisors(value: number): readonly number[] {
  const small: number[] = [];
  const large: number[] = [];
  for (let candidate = 1; candidate * candidate <= value; candidate += 1) {
    if (value % candidate !== 0) continue;
    small.push(candidate);
    if (candidate * candidate !== value) large.unshift(value / candidate);
  }
  return [...small, ...large];
}

/** A shape whose last axis is streamed `parallel` elements at a time; folding checks that it is divisible. */
export function fold(shape: readonly number[], parallel: number): readonly number[] {
  return [...shape.slice(0, -1), lastExtent(shape) / parallel, parallel];
}

/** The smallest multiple of `step` that is at least `value`, and at least one step. */
export function roundUpTo(value: number, step: number): number {
  return Math.max(1, Math.ceil(value / step)) * step;
}
