import type { HardwareGraph } from '../graph.ts';
import { nodeOf } from '../ops/index.ts';
import type { Resources } from '../ops/op.ts';
import { sumResources } from '../split/board.ts';
import { buffersOf } from './buffers.ts';
import { fifoResources } from './fifo.ts';
import { dmaResources, shellResources } from './fixed.ts';
import { matrixVectorLuts } from './matrix-vector.ts';
import { streamsOf } from './streams.ts';
import { widthConverterLuts } from './width-converter.ts';

/** The resources that a submodel's bitstream needs in addition to the layers that FINN estimates, by the model `finn`. */
export interface Overheads {
  /** FIFOs and width converters, as FINN estimates them. */
  readonly streams: Resources;
  /** Logic of `MVAU_rtl`; a guess. */
  readonly matrixVector: Resources;
  /** DMA engines for input and output; a guess. */
  readonly dma: Resources;
  /** Interconnects, reset and clock; a guess. */
  readonly shell: Resources;
  readonly total: Resources;
}

/** The traits of an FPGA that overheads depend on: whether it has URAM, and the bits per transfer of its memory ports. */
export interface Platform {
  readonly hasUram: boolean;
  readonly portWidth: number;
}

/**
 * A model of overheads: those of the layers from one index to another, built as a submodel with
 * the FIFOs of the folding.
 */
export function modelOverheads(
  graph: HardwareGraph,
): (first: number, last: number, platform: Platform) => Overheads {
  const streams = streamsOf(graph);
  const units = graph.nodes.map((node) =>
    node.opType === 'MVAU_rtl' ? matrixVectorLuts(nodeOf(graph, node).view) : 0,
  );
  return (first, last, platform) => {
    const { fifos, converters, engines } = buffersOf(streams, first, last, ({ depth }) => depth);
    const logic = units.slice(first, last + 1).reduce((sum, luts) => sum + luts, 0);
    const parts = {
      streams: sumResources([
        ...fifos.map(({ depth, width }) => fifoResources(depth, width, platform.hasUram)),
        ...converters.map(({ input, output }) => luts(widthConverterLuts(input, output))),
      ]),
      matrixVector: luts(logic),
      dma: sumResources(engines.map(({ width, words }) => dmaResources(width, words, platform.portWidth))),
      shell: shellResources,
    };
    return { ...parts, total: sumResources(Object.values(parts)) };
  };
}

function luts(LUT: number): Resources {
  return { LUT, BRAM_18K: 0, URAM: 0, DSP: 0 };
}
