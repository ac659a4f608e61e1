/** The smallest b with 2^b >= value, as SystemVerilog's `$clog2`: the bits of an address for so many places. */
export function addressBits(value: number): number {
  return value <= 1 ? 0 : 32 - Math.clz32(value - 1);
}

/** The greatest common divisor of two positive integers. */
export function greatestCommonDivisor(left: number, right: number): number {
  return right === 0 ? left : greatestCommonDivisor(right, left % right);
}
