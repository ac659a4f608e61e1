import { addressBits } from './bits.ts';

/**
 * Flip-flops of a FIFO of `depth` words of `width` bits with `RAM_STYLE` auto, not counting the unused measurement of its
 * occupancy (finn-rtllib/fifo/hdl/fifo.sv of FINN+ 1.6.1): pointers, output register, and in block memory the selection of two.
 */
export function fifoFlipFlops(depth: number, width: number): number {
  if (depth < 2) return 0;
  if (depth <= 33 || (depth <= 64 && width < 12)) return addressBits(Math.max(depth - 1, 4)) + 3 + width;
  if (depth <= 257 || width < 5) {
    const address = addressBits(depth - 1);
    return 2 * address + 2 * (address + 1) + 1 + width;
  }
  return inMemory(depth, width);
}

/** A FIFO in block memory, or in UltraRAM with a queue of 16 words behind it. */
function inMemory(depth: number, width: number): number {
  const isUltra = depth > 2028;
  const [least, queue] = isUltra ? [12, 16] : [9, 0];
  const words = depth - queue - 1;
  const bits = addressBits(words);
  const rest = bits > least ? Math.max(1, addressBits(words - 2 ** (bits - 1))) : bits;
  const isDivided = rest < bits - 1;
  const capacity = isDivided ? 2 ** (bits - 1) + 2 ** rest : 2 ** bits;
  const pipeline = isUltra ? 3 + Math.floor((2 ** (isDivided ? bits - 1 : bits) - 1) / 8192) : 2;
  const registers = (pipeline - 1) * width * (isDivided ? 2 : 1) + pipeline * (isDivided ? 2 : 1);
  const pointers = 2 * bits + 2 * (addressBits(capacity) + 1);
  return pointers + registers + (isUltra ? fifoFlipFlops(queue + 1, width) + 6 : 0);
}
