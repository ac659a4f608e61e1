import { addressBits } from '../bits.ts';
import type { Synthesis } from '../ops/op.ts';
import { roundUpTo } from '../ops/shapes.ts';
import { amounts, sumAmounts } from './amounts.ts';
import { singlePortRam } from './luts-as-memory.ts';
import { byStyle, inBlockMemory, inUltraRam } from './memory.ts';

/** A memory whose words are streamed in turn: `bits` per word, before they are padded to bytes. */
export interface WeightStream {
  readonly words: number;
  readonly bits: number;
  /** `ram_style` of the layer. */
  readonly style: string;
}

/**
 * `memstream` of finn-rtllib/memstream (FINN+ 1.6.1): address, memory with two output registers of which block memory absorbs one,
 * a queue of seven words in shift registers, and an output register.
 */
export function weightStreamResources({ words, bits, style }: WeightStream): Synthesis {
  const width = roundUpTo(bits, 8);
  const address = Math.max(1, addressBits(words));
  const control = amounts({ LUT: 12 + width, FF: 2 * width + 2 * address + 12 });
  const distributed = amounts({
    LUT: singlePortRam(words, width) + selection(words, width),
    FF: width,
  });
  return byStyle(style, {
    words,
    inLuts: sumAmounts([control, distributed]),
    inBlocks: sumAmounts([control, inBlockMemory(words, width)]),
    inUltra: sumAmounts([control, inUltraRam(words, width)]),
  });
}

/**
 * LUTs that select among memories of up to 256 words, which is as deep as the multiplexers of slices reach; what remains beyond
 * a multiple of 256 takes one memory, or two if it is more than 128 and not more than 192 words.
 */
function selection(words: number, bits: number): number {
  const rest = words % 256;
  const memories = Math.floor(words / 256) + (rest === 0 ? 0 : rest > 128 && rest <= 192 ? 2 : 1);
  return bits * Math.ceil((memories - 1) / 3);
}
