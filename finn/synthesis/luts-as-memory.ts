/**
 * LUTs of a memory with a port to write and another to read (Xilinx UG474, distributed RAM): 4 hold 32 words of 6 bits or 64 words
 * of 3 bits.
 */
export function sharedRam(words: number, bits: number): number {
  return words <= 32 ? 4 * Math.ceil(bits / 6) : 4 * Math.ceil(bits / 3) * Math.ceil(words / 64);
}

/** LUTs of a memory with one port (UG474): a LUT holds 32 words of 2 bits or 64 words of 1 bit. */
export function singlePortRam(words: number, bits: number): number {
  return words <= 32 ? Math.ceil(bits / 2) : bits * Math.ceil(words / 64);
}
