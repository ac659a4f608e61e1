import { addressBits } from '../bits.ts';
import { fifoMemory, fifoStyle, shiftedWords } from '../fifo-memory.ts';
import type { Resources } from '../ops/op.ts';

/**
 * Resources of a stream's FIFO: FINN+ 1.6.1 `StreamingFIFO` with `ram_style` auto (`finn.util.resource_models`, fitted
 * there to Vivado's results), for all parts except Versal. `width` is that of a stream word in bits, padded to bytes. If
 * FINN requests URAM that the part lacks, Vivado uses block memory, and so does this estimate.
 */
export function fifoResources(depth: number, width: number, hasUram: boolean): Resources {
  // FINN does not build FIFOs of fewer than two words.
  if (depth < 2) return { LUT: 0, BRAM_18K: 0, URAM: 0, DSP: 0 };
  const style = fifoStyle(depth, width);
  switch (style) {
    case 'shift register': {
      const stages = Math.ceil(shiftedWords(depth) / 32);
      return inLuts(stages * width + 5 * counterBits(depth) - 7);
    }
    case 'distributed': {
      const rows = 2 ** addressBits(depth - 1);
      const selection = Math.floor(rows / 128) * Math.floor(width / 2);
      return inLuts(lutRam(rows, width) + selection + 8 * counterBits(depth) - 15);
    }
    case 'block':
      return inBlocks(depth, width);
    case 'ultra':
      return hasUram ? inUltra(depth, width) : inBlocks(depth, width);
  }
}

function inLuts(LUT: number): Resources {
  return { LUT, BRAM_18K: 0, URAM: 0, DSP: 0 };
}

function inBlocks(depth: number, width: number): Resources {
  const { low, high } = fifoMemory(depth, 'block');
  const main = blockMemory(2 ** low, width);
  const extra = high > 0 && isInRam(2 ** high, width) ? blockMemory(2 ** high, width) : noTiles;
  const tiles = main.tiles + extra.tiles;
  const cascade = Math.max(main.cascade, extra.cascade);
  const control = 54 + 3 * cascade + Math.floor((2 * tiles) / 5);
  return {
    LUT: control + secondSpace(high, width),
    BRAM_18K: tiles,
    URAM: 0,
    DSP: 0,
  };
}

function inUltra(depth: number, width: number): Resources {
  const { low, high } = fifoMemory(depth, 'ultra');
  const main = ultraMemory(2 ** low, width);
  const isInLuts = high > 0 && !isInRam(2 ** high, width);
  const queue = Math.max(1, Math.floor(main.cascade / 4) - 2) * width;
  const LUT = 6 * counterBits(depth) + secondSpace(high, width) + (isInLuts ? width : 0) + queue;
  if (high === 0 || isInLuts) return { LUT, BRAM_18K: 0, URAM: main.tiles, DSP: 0 };
  const ultra = ultraMemory(2 ** high, width).tiles;
  const blocks = blockMemory(2 ** high, width).tiles;
  const joins = high >= 12 || blocks >= 7 * ultra;
  return {
    LUT,
    BRAM_18K: joins ? 0 : blocks,
    URAM: main.tiles + (joins ? ultra : 0),
    DSP: 0,
  };
}

/** LUTs for a second memory: the selection between the two, and the memory itself if it is too small for a block. */
function secondSpace(high: number, width: number): number {
  if (high === 0) return 0;
  const selection = 18 + Math.floor((3 * width) / 7);
  return selection + (isInRam(2 ** high, width) ? 0 : lutRam(2 ** high, width));
}

function isInRam(rows: number, width: number): boolean {
  return rows * rows * width >= 2 ** 20;
}

function lutRam(rows: number, width: number): number {
  return Math.floor((Math.ceil(rows / 32) * Math.ceil(width / 2) * 5) / 4);
}

/** Memory blocks and how many of them are cascaded. */
interface Tiles {
  readonly tiles: number;
  readonly cascade: number;
}

const noTiles: Tiles = { tiles: 0, cascade: 0 };

/** Width and depth that a block of 18 kbit can have, widest first. */
const blockShapes = [
  [36, 512],
  [18, 1024],
  [9, 2048],
  [4, 4096],
  [2, 8192],
  [1, 16384],
] as const;

/** The fewest blocks for a word that may be divided over blocks of different shapes. */
function blockMemory(rows: number, width: number): Tiles {
  const best: Tiles[] = [noTiles];
  const forBits = (bits: number): Tiles => best[Math.max(bits, 0)] ?? noTiles;
  for (let bits = 1; bits <= width; bits += 1) {
    const candidates = blockShapes.map(([wide, deep]): Tiles => {
      const own = Math.ceil(rows / deep);
      const rest = forBits(bits - wide);
      return { tiles: own + rest.tiles, cascade: Math.max(own, rest.cascade) };
    });
    best.push(candidates.reduce((least, other) => (other.tiles < least.tiles ? other : least)));
  }
  return forBits(width);
}

function ultraMemory(rows: number, width: number): Tiles {
  const cascade = Math.ceil(rows / 4096);
  return { tiles: cascade * Math.ceil(width / 72), cascade };
}

function counterBits(depth: number): number {
  return addressBits(depth + 1) + 1;
}
