import type { HardwareGraph } from '../graph.ts';
import { nodeOf } from '../ops/index.ts';
import type { Resources } from '../ops/op.ts';
import { roundUpTo } from '../ops/shapes.ts';
import { sumResources } from '../split/board.ts';
import { fifoResources } from './fifo.ts';
import { dmaResources, shellResources } from './fixed.ts';
import { matrixVectorLuts } from './matrix-vector.ts';
import type { StreamEnd } from './streams.ts';
import { streamsOf } from './streams.ts';
import { widthConverterLuts } from './width-converter.ts';

/** The resources that a submodel's bitstream needs in addition to the layers that FINN estimates. */
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
 * A model of overheads: those of the layers from one index to another, built as a submodel
 * (FINN+ 1.6.1 `InsertDWC`, `InsertFIFO` with shallow FIFOs, `InsertIODMA`).
 */
export function modelOverheads(
  graph: HardwareGraph,
): (first: number, last: number, platform: Platform) => Overheads {
  const streams = streamsOf(graph);
  const units = graph.nodes.map((node) =>
    node.opType === 'MVAU_rtl' ? matrixVectorLuts(nodeOf(graph, node).view) : 0,
  );
  return (first, last, platform) => {
    const isInside = (end: StreamEnd | null): end is StreamEnd =>
      end !== null && end.node >= first && end.node <= last;
    const buffers: Resources[] = [];
    const engines: Resources[] = [];
    for (const { from, to } of streams) {
      const [end, other] = [from, to].filter(isInside);
      if (end === undefined) continue;
      if (other !== undefined) {
        buffers.push(...between(end, other, platform));
        continue;
      }
      buffers.push(fifo(Math.max(end.depth, 2), end.width, platform));
      engines.push(dmaResources(roundUpTo(end.width, 8), end.words, platform.portWidth));
    }

    const logic = units.slice(first, last + 1).reduce((sum, luts) => sum + luts, 0);
    const parts = {
      streams: sumResources(buffers),
      matrixVector: luts(logic),
      dma: sumResources(engines),
      shell: shellResources,
    };
    return { ...parts, total: sumResources(Object.values(parts)) };
  };
}

function between(from: StreamEnd, to: StreamEnd, platform: Platform): readonly Resources[] {
  if (from.elements === to.elements) return [fifo(Math.max(from.depth, to.depth), from.width, platform)];
  // A converter has its own FIFOs of two words.
  return [
    fifo(Math.max(from.depth, 2), from.width, platform),
    luts(widthConverterLuts(from.width, to.width)),
    fifo(Math.max(2, to.depth), to.width, platform),
  ];
}

function fifo(depth: number, width: number, { hasUram }: Platform): Resources {
  return fifoResources(depth, roundUpTo(width, 8), hasUram);
}

function luts(LUT: number): Resources {
  return { LUT, BRAM_18K: 0, URAM: 0, DSP: 0 };
}
