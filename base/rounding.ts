/** Added to a double, it leaves no bits for a fraction, so that the sum is rounded, halves to even. */
const noFractions = 1.5 * 2 ** 52;

/** Rounds a number below 2 ** 51 to the nearest whole number, halves to even, as numpy does; never returns a negative zero. */
export function roundHalfEven(value: number): number {
  return value + noFractions - noFractions;
}
