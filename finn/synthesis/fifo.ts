/** Flip-flops of a FIFO of `depth` words of `width` bits. */
export function fifoFlipFlops(depth: number, width: number): number {
  return width + 2 * Math.ceil(Math.log2(depth + 1));
}
