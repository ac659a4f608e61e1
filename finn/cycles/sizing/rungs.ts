import { uniformDepth } from '../../fifo-memory.ts';
import type { Resources } from '../../ops/op.ts';
import { fifoResources } from '../../overheads/fifo.ts';
import { fifoCapacity, fifoShape } from '../units/fifo.ts';

/** A depth of a FIFO that is worth trying: every deeper one costs more. */
export interface Rung {
  readonly depth: number;
  /** Words that it holds. */
  readonly capacity: number;
  readonly price: number;
  readonly cost: Resources;
}

/**
 * The depths of a FIFO from its least one up to the first that holds `most` words, with FINN's estimates for `width` bits per
 * word. Only depths that fill what they are built of are in it: shift registers, LUTRAM, then blocks of 2^n or 2^n + 2^(n−1).
 */
export function rungsOf(least: number, most: number, width: number, hasUram: boolean): readonly Rung[] {
  const rungs: Rung[] = [];
  for (const depth of depthsFrom(least)) {
    const rung = rungOf(depth, width, hasUram);
    // A depth is not worth trying where a deeper one costs no more.
    while ((rungs.at(-1)?.price ?? 0) >= rung.price) rungs.pop();
    rungs.push(rung);
    if (rung.capacity >= most) break;
  }
  return rungs;
}

/** A FIFO of this depth. */
export function rungOf(depth: number, width: number, hasUram: boolean): Rung {
  const cost = fifoResources(depth, width, hasUram);
  return { depth, capacity: fifoCapacity(fifoShape(depth, width)), price: priceOf(cost), cost };
}

/**
 * Resources as one number, in LUTs: a memory block counts as 190, since a Zynq 7020 has 53 200 LUTs and 280 blocks (Xilinx
 * DS190); URAM as the 16 blocks of 18 kbit that it holds.
 */
export function priceOf({ LUT, BRAM_18K, URAM }: Resources): number {
  return LUT + 190 * (BRAM_18K + 16 * URAM);
}

function* depthsFrom(least: number): Generator<number> {
  yield least;
  for (const depth of [uniformDepth, 64, 65, 129, 257, 513, 1025, 1537, 2028]) if (depth > least) yield depth;
  // Above 2028 words `fifo.sv` adds a queue, and its memory has at least 4096 words.
  for (let power = 4096; ; power *= 2)
    for (const depth of [power + 1, power + power / 2 + 1]) if (depth > least) yield depth;
}
