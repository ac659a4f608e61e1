/** The bits of an address for `count` places, Verilog's `$clog2`: the smallest b with 2^b >= count. */
export function addressBits(count: number): number {
  return count <= 1 ? 0 : 32 - Math.clz32(count - 1);
}
