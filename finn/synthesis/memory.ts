import { blockRams } from '../ops/block-rams.ts';
import type { Synthesis, SynthesisedResources } from '../ops/op.ts';
import { amounts, certain } from './amounts.ts';

/** The same memory in each of the kinds that it can be built of. */
export interface MemoryChoices {
  readonly words: number;
  readonly inLuts: SynthesisedResources;
  readonly inBlocks: SynthesisedResources;
  readonly inUltra: SynthesisedResources;
}

/**
 * What a memory takes with a `ram_style`. A style that leaves the choice to Vivado gives both answers, except that 1024 words or
 * more go into block memory, see docs/facts.md.
 */
export function byStyle(style: string, { words, inLuts, inBlocks, inUltra }: MemoryChoices): Synthesis {
  switch (style) {
    case 'distributed':
      return certain(inLuts);
    case 'block':
      return certain(inBlocks);
    case 'ultra':
      return certain(inUltra);
    default:
      return words >= 1024 ? certain(inBlocks) : { inLuts, inBlocks };
  }
}

/** Block memory for so many words, whose `bits` Vivado divides over blocks of 18 kbit. */
export function inBlockMemory(words: number, bits: number): SynthesisedResources {
  return amounts({ BRAM_18K: blockRams(bits, words) });
}

/** UltraRAM for so many words: blocks of 4096 words of 72 bits (Xilinx UG573). */
export function inUltraRam(words: number, bits: number): SynthesisedResources {
  return amounts({ URAM: Math.ceil(bits / 72) * Math.ceil(words / 4096) });
}
