import { addressBits } from './bits.ts';

/** How `fifo.sv` (finn-rtllib of FINN+ 1.6.1) stores its words with `RAM_STYLE` auto. */
export type FifoStyle = 'shift register' | 'distributed' | 'block' | 'ultra';

/**
 * The deepest FIFO whose words are one shift register per bit whatever their width: by FINN's estimate at 20 LUTs more than one
 * of two words, so that every FIFO may have it.
 */
export const uniformDepth = 33;

/** The style of a FIFO of `depth` words of `width` bits. */
export function fifoStyle(depth: number, width: number): FifoStyle {
  if (depth <= uniformDepth || (depth <= 64 && width < 12)) return 'shift register';
  if (depth <= 257 || width < 5) return 'distributed';
  return depth <= 2028 ? 'block' : 'ultra';
}

/** Words in the shift registers of a FIFO of `depth` words; its output register is not among them. */
export function shiftedWords(depth: number): number {
  return Math.max(depth - 1, 4);
}

/** Words of the queue behind a memory of style `ultra`. */
export const ultraQueue = 16;

/** The memory of a FIFO of style `block` or `ultra`. */
export interface FifoMemory {
  /** Address bits of the memory. */
  readonly low: number;
  /** Address bits of a second memory; 0 if there is none. */
  readonly high: number;
  /** Words of both. */
  readonly words: number;
  /** Registers between the memory and the output. */
  readonly pipeline: number;
}

/** `INIT_ABITS` of fifo.sv: a power of two or, if half of it would stay empty, two of them. */
export function fifoMemory(depth: number, style: 'block' | 'ultra'): FifoMemory {
  const [least, queue] = style === 'ultra' ? [12, ultraQueue] : [9, 0];
  const wanted = depth - queue - 1;
  const bits = addressBits(wanted);
  const rest = bits > least ? Math.max(1, addressBits(wanted - 2 ** (bits - 1))) : bits;
  const [low, high] = rest < bits - 1 ? [bits - 1, rest] : [bits, 0];
  return {
    low,
    high,
    words: 2 ** low + (high > 0 ? 2 ** high : 0),
    pipeline: style === 'ultra' ? 3 + Math.floor((2 ** low - 1) / 8192) : 2,
  };
}
