import { minimiseUnitThresholds, minimiseUnitWeights } from './activation-unit.ts';
import { arithmeticLuts } from './arithmetic-luts.ts';
import { hlsAttributes } from './attributes.ts';
import { reducingLoop, wordsOf } from './loops.ts';
import type { Op } from './op.ts';
import type { NodeView } from './view.ts';
import { kernelMemory } from './vvau-memory.ts';
import { withWeightMemory } from './weight-memory.ts';
import { kernelSize, vvau, weightDepth } from './vvau.ts';

/** `VVAU_hls` (FINN+ 1.6.1). */
export const vvauHls: Op = {
  ...vvau,
  attributes: { ...vvau.attributes, ...hlsAttributes },
  unit: (node) =>
    reducingLoop(kernelSize(node) / node.integer('SIMD'), wordsOf(vvau.foldedInputShape(node, 0))),
  resources: (node) => withWeightMemory(kernelMemory(node), { LUT: luts(node), DSP: dsps(node) }),
  minimiseWeights: (node) => ({ ...minimiseUnitWeights(node), ...minimiseUnitThresholds(node) }),
};

function luts(node: NodeView): number {
  return arithmeticLuts(node, {
    length: kernelSize(node),
    weightDepth: weightDepth(node),
    thresholdLuts: (accumulatorBits) => {
      if (node.integer('noActivation') === 1) return 0;
      const steps = 2 ** node.datatype('outputDataType').bits - 1;
      const depth = node.integer('Channels') / node.integer('PE');
      return (steps * accumulatorBits * depth) / 64 + steps * accumulatorBits;
    },
  });
}

function dsps(node: NodeView): number {
  if (node.text('resType') !== 'dsp') return 0;
  const bits = node.datatype('weightDataType').bits + node.datatype('inputDataType').bits;
  return node.integer('PE') * Math.ceil(bits / 48);
}
