import { blockRams } from '../ops/block-rams.ts';
import type { Synthesis, SynthesisedResources } from '../ops/op.ts';
import { amounts, certain } from './amounts.ts';

/** The answer for a memory of a `ram_style`: the one that the style names, or both if it is left to Vivado. */
export function byStyle(
  style: string,
  inLuts: SynthesisedResources,
  inBlocks: SynthesisedResources,
  inUltra: SynthesisedResources,
): Synthesis {
  switch (style) {
    case 'distributed':
      return certain(inLuts);
    case 'block':
      return certain(inBlocks);
    case 'ultra':
      return certain(inUltra);
    default:
      return { inLuts, inBlocks };
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
