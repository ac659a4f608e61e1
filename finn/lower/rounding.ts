/** Added to a double, it leaves no room for fractions, which are rounded away to even. */
const noFractions = 1.5 * 2 ** 52;

/** To the nearest whole number, halves to the even one, as numpy rounds; never a negative zero. Below 2 ** 51. */
export function roundHalfEven(value: number): number {
  return value + noFractions - noFractions;
}
