import { greatestCommonDivisor } from '../bits.ts';
import type { Resources } from '../ops/op.ts';
import { widthConverterLuts } from './width-converter.ts';

/**
 * A DMA engine between memory and a stream. FINN has no estimate (`IODMA_hls`), so this is a guess, see docs/facts.md; its
 * width at the memory is the one that FINN+ 1.6.1 `InsertIODMA` gives it. `streamWidth` in bits padded to bytes, `words` per image.
 */
export function dmaResources(streamWidth: number, words: number, portWidth: number): Resources {
  const memoryWidth = greatestCommonDivisor(streamWidth * words, portWidth);
  return {
    LUT: 2100 + widthConverterLuts(memoryWidth, streamWidth),
    BRAM_18K: Math.ceil(memoryWidth / 16),
    URAM: 0,
    DSP: 0,
  };
}

/** The logic between the engines and the processor: two interconnects, reset, clock. A guess, see docs/facts.md. */
export const shellResources: Resources = { LUT: 3000, BRAM_18K: 0, URAM: 0, DSP: 0 };
