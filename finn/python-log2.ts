/** The binary logarithm as Python's `math.log(x, 2)` computes it, which is not always `Math.log2`. */
export function pythonLog2(value: number): number {
  return Math.log(value) / Math.log(2);
}
