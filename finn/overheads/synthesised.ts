import { greatestCommonDivisor } from '../bits.ts';
import type { HardwareGraph } from '../graph.ts';
import type { SynthesisedResources } from '../ops/op.ts';
import { amounts, sumAmounts } from '../synthesis/amounts.ts';
import { converterResources } from '../synthesis/converter.ts';
import { fifoFlipFlops } from '../synthesis/fifo.ts';
import type { DmaEngine } from './buffers.ts';
import { buffersOf } from './buffers.ts';
import { fifoResources } from './fifo.ts';
import { joinDepths } from './join-depth.ts';
import type { Platform } from './overheads.ts';
import { streamsOf } from './streams.ts';
import { widthConverterLuts } from './width-converter.ts';

/** The resources that a submodel's bitstream needs besides its layers, by the model `rtl`. */
export type SynthesisedOverheads = {
  /** FIFOs and width converters. */
  readonly streams: SynthesisedResources;
  /** DMA engines for input and output. */
  readonly dma: SynthesisedResources;
  /** Interconnects and reset. */
  readonly shell: SynthesisedResources;
  readonly total: SynthesisedResources;
};

/**
 * A model of overheads: those of the layers from one index to another, built as a submodel. A FIFO is as deep as the folding
 * says, but at least `leastDepth` words; if that is more than FINN's 2, those at joins also hold what keeps the branches going.
 */
export function synthesisedOverheads(
  graph: HardwareGraph,
  leastDepth: number,
): (first: number, last: number, platform: Platform) => SynthesisedOverheads {
  const streams = streamsOf(graph);
  const joinDepth = leastDepth > 2 ? joinDepths(graph) : () => 0;
  return (first, last, platform) => {
    const { fifos, converters, engines } = buffersOf(streams, first, last, (end) =>
      Math.max(end.depth, leastDepth, joinDepth(end)),
    );
    const parts = {
      streams: sumAmounts([
        ...fifos.map(({ depth, width }) => ({
          ...fifoResources(depth, width, platform.hasUram),
          FF: fifoFlipFlops(depth, width),
        })),
        ...converters.map(({ input, output }) => converterResources(input, output)),
      ]),
      dma: sumAmounts(engines.map((engine) => engineResources(engine, platform.portWidth))),
      shell: shellResources,
    };
    return { ...parts, total: sumAmounts(Object.values(parts)) };
  };
}

/** The routed engines of a recorded build, see docs/facts.md, with the widths of their memory and stream in bits. */
const measured = {
  in: { LUT: 1047, FF: 1617, memoryWidth: 64, streamWidth: 8 },
  out: { LUT: 1220, FF: 1826, memoryWidth: 8, streamWidth: 8 },
};

/**
 * An engine like the measured one, but with the converter between its own memory and stream (FINN+ 1.6.1 `InsertIODMA`), which is
 * in HLS: its LUTs are those that FINN estimates, its flip-flops a word of either side.
 */
function engineResources({ direction, width, words }: DmaEngine, portWidth: number): SynthesisedResources {
  const { LUT, FF, memoryWidth, streamWidth } = measured[direction];
  const ownWidth = greatestCommonDivisor(width * words, portWidth);
  return amounts({
    LUT: LUT + widthConverterLuts(ownWidth, width) - widthConverterLuts(memoryWidth, streamWidth),
    FF: FF + converterBits(ownWidth, width) - converterBits(memoryWidth, streamWidth),
    // A block of 36 kbit for each 72 bits: one at 64 bits is measured.
    BRAM_18K: 2 * Math.ceil(ownWidth / 72),
  });
}

function converterBits(left: number, right: number): number {
  return left === right ? 0 : left + right;
}

/** The routed shell of the same build: smart connect, interconnect of the control ports, reset. */
const shellResources = amounts({ LUT: 3982 + 507 + 17, FF: 4814 + 631 + 33 });
