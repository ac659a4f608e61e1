import { thresholdResources } from '../synthesis/thresholds.ts';
import { flag, integer, rtlAttributes } from './attributes.ts';
import type { Op, ResourceEstimate } from './op.ts';
import { thresholdDepth, minimiseThresholds, thresholding } from './thresholding.ts';
import { smallestForRange, valueRange } from './ranges.ts';
import type { NodeView } from './view.ts';

/** `Thresholding_rtl`: a binary search through one memory per output bit and PE (FINN+ 1.6.1). */
export const thresholdingRtl: Op = {
  ...thresholding,
  attributes: {
    depth_trigger_uram: integer(0),
    depth_trigger_bram: integer(0),
    uniform_thres: flag(0),
    deep_pipeline: flag(1),
    ...thresholding.attributes,
    ...rtlAttributes,
  },
  unit: (node) => ({
    type: 'thresholding',
    steps: node.integer('numSteps'),
    isDeep: node.integer('deep_pipeline') === 1,
  }),
  resources,
  synthesis: thresholdResources,
  minimiseWeights: (node) =>
    minimiseThresholds(node, (minimal) => {
      const input = node.datatype('inputDataType');
      if (minimal.bits >= input.bits) return minimal;
      // Inputs saturate to the threshold datatype, so it must also hold one below the smallest threshold.
      const { minimum, maximum } = valueRange(node.parameter(1).values);
      const wider = smallestForRange({ minimum: minimum - 1, maximum }, input.signed);
      return wider.bits > minimal.bits ? wider : minimal;
    }),
};

interface Primitive {
  readonly memory: 'URAM' | 'BRAM' | 'LUTRAM';
  readonly width: number;
  readonly depth: number;
}

// FINN estimates with the memories of Versal for every part (`mem_primitives_versal`); ties go to the first.
const primitives: readonly Primitive[] = [
  { memory: 'URAM', width: 72, depth: 4096 },
  { memory: 'URAM', width: 36, depth: 8192 },
  { memory: 'URAM', width: 18, depth: 16384 },
  { memory: 'URAM', width: 9, depth: 32768 },
  { memory: 'BRAM', width: 36, depth: 512 },
  { memory: 'BRAM', width: 18, depth: 1024 },
  { memory: 'BRAM', width: 9, depth: 2048 },
  { memory: 'LUTRAM', width: 1, depth: 64 },
];

interface Use {
  count: number;
  usedBits: number;
  allocatedBits: number;
}

function resources(node: NodeView): ResourceEstimate {
  const elements = node.integer('PE');
  const uses = { URAM: noUse(), BRAM: noUse(), LUTRAM: noUse() };
  for (const { width, depth } of memories(node)) {
    const candidates = triggered(node, depth).map((primitive) => {
      const count = Math.ceil(width / primitive.width) * Math.ceil(depth / primitive.depth);
      return { primitive, count, waste: count * primitive.width * primitive.depth - width * depth };
    });
    const best = candidates.reduce((least, other) => (other.waste < least.waste ? other : least));
    const use = uses[best.primitive.memory];
    use.count += elements * best.count;
    use.usedBits += elements * width * depth;
    use.allocatedBits += elements * best.count * best.primitive.width * best.primitive.depth;
  }
  return {
    BRAM_18K: uses.BRAM.count,
    BRAM_efficiency: efficiency(uses.BRAM),
    LUT: uses.LUTRAM.count,
    URAM: uses.URAM.count,
    URAM_efficiency: efficiency(uses.URAM),
    DSP: 0,
  };
}

/** FINN `get_pe_mem_geometries`: one memory per stage of the search. */
function memories(node: NodeView): readonly { readonly width: number; readonly depth: number }[] {
  const outputBits = node.datatype('outputDataType').bits;
  const depth = thresholdDepth(node);
  if (node.integer('uniform_thres') === 1)
    return Array.from({ length: outputBits - 1 }, (_, stage) => ({
      width: outputBits - stage - 1,
      depth: depth * 2 ** (stage + 1),
    }));

  const width = node.datatype('weightDataType').bits;
  return Array.from({ length: outputBits }, (_, stage) => ({ width, depth: depth * 2 ** stage }));
}

function triggered(node: NodeView, depth: number): readonly Primitive[] {
  const bram = node.integer('depth_trigger_bram');
  const uram = node.integer('depth_trigger_uram');
  if (bram === 0 && uram === 0) return primitives;
  if (depth >= uram) return primitives.filter(({ memory }) => memory === 'URAM');
  if (depth >= bram) return primitives.filter(({ memory }) => memory === 'BRAM');
  return primitives;
}

function noUse(): Use {
  return { count: 0, usedBits: 0, allocatedBits: 0 };
}

function efficiency({ usedBits, allocatedBits }: Use): number {
  return allocatedBits === 0 ? 1 : usedBits / allocatedBits;
}
