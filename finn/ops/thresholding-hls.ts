import { hlsAttributes, text } from './attributes.ts';
import { reducingLoop, wordsOf } from './loops.ts';
import type { Op, ResourceEstimate } from './op.ts';
import { minimiseThresholds, thresholdDepth, thresholding } from './thresholding.ts';
import type { NodeView } from './view.ts';

/** `Thresholding_hls`: all thresholds of a channel compared at once (FINN+ 1.6.1). */
export const thresholdingHls: Op = {
  ...thresholding,
  attributes: {
    mem_mode: text('internal_decoupled', ['internal_embedded', 'internal_decoupled']),
    ram_style: text('distributed', ['distributed', 'block', 'ultra']),
    ...thresholding.attributes,
    ...hlsAttributes,
  },
  unit: (node) => reducingLoop(1, wordsOf(thresholding.foldedInputShape(node, 0))),
  resources,
  counts: (node) => ({
    [`param_threshold_${node.datatype('weightDataType').bits}b`]:
      node.integer('NumChannels') * node.integer('numSteps'),
  }),
  // The comparison truncates inputs to the threshold datatype, so that must not be narrower.
  minimiseWeights: (node) =>
    minimiseThresholds(node, (minimal) => {
      const input = node.datatype('inputDataType');
      return minimal.bits < input.bits ? input : minimal;
    }),
};

function resources(node: NodeView): ResourceEstimate {
  const style = node.text('ram_style');
  const width = node.integer('PE') * node.datatype('weightDataType').bits * node.integer('numSteps');
  const depth = thresholdDepth(node);
  const stored = depth > 1;
  const bram = style === 'block' && stored ? Math.ceil(width / 16) * Math.ceil(depth / 1024) : 0;
  const uram = style === 'ultra' && stored ? Math.ceil(width / 72) * Math.ceil(depth / 4096) : 0;
  const lutram = style === 'distributed' && stored ? width * Math.ceil(depth / 64) : 0;
  return {
    BRAM_18K: bram,
    BRAM_efficiency: bram === 0 ? 1 : (width * depth) / (bram * 18 * 1024),
    LUT: node.datatype('inputDataType').bits * node.integer('PE') + lutram,
    URAM: uram,
    URAM_efficiency: uram === 0 ? 1 : (width * depth) / (uram * 72 * 4096),
    DSP: 0,
  };
}
