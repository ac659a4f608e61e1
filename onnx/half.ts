/** The value of a half-precision float of IEEE 754, from its 16 bits; float32 has it exactly. */
export function fromFloat16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (0x400 + fraction) * 2 ** (exponent - 25);
}

/** The float32 whose upper half the 16 bits of a bfloat16 are. */
export function fromBfloat16(bits: number): number {
  return new Float32Array(Uint32Array.of(bits * 0x10000).buffer)[0] ?? NaN;
}
