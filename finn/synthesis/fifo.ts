import { addressBits } from '../bits.ts';
import type { FifoMemory } from '../fifo-memory.ts';
import { fifoMemory, fifoStyle, shiftedWords, ultraQueue } from '../fifo-memory.ts';

/**
 * Flip-flops of a FIFO of `depth` words of `width` bits with `RAM_STYLE` auto, not counting the unused measurement of its
 * occupancy (finn-rtllib/fifo/hdl/fifo.sv of FINN+ 1.6.1): pointers, output register, and in block memory the selection of two.
 */
export function fifoFlipFlops(depth: number, width: number): number {
  if (depth < 2) return 0;
  const style = fifoStyle(depth, width);
  switch (style) {
    case 'shift register':
      return addressBits(shiftedWords(depth)) + 3 + width;
    case 'distributed': {
      const address = addressBits(depth - 1);
      return 2 * address + 2 * (address + 1) + 1 + width;
    }
    case 'block':
      return inMemory(fifoMemory(depth, style), width);
    case 'ultra':
      return inMemory(fifoMemory(depth, style), width) + fifoFlipFlops(ultraQueue + 1, width) + 6;
  }
}

/** Of the memory alone, its pointers and its pipeline included. */
function inMemory({ low, high, words, pipeline }: FifoMemory, width: number): number {
  const memories = high > 0 ? 2 : 1;
  const registers = ((pipeline - 1) * width + pipeline) * memories;
  const pointers = 2 * (low + memories - 1) + 2 * (addressBits(words) + 1);
  return pointers + registers;
}
