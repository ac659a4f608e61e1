import { elementCount } from '../../base/shape.ts';
import { reads, writes } from '../cycles/units/hls-loop.ts';
import { minimiseUnitThresholds, minimiseUnitWeights } from './activation-unit.ts';
import { arithmeticLuts } from './arithmetic-luts.ts';
import { hlsAttributes, text } from './attributes.ts';
import { matrixMemory } from './mvau-memory.ts';
import { withWeightMemory } from './weight-memory.ts';
import { mvau, weightDepth } from './mvau.ts';
import type { Op } from './op.ts';
import type { NodeView } from './view.ts';

/** `MVAU_hls` (FINN+ 1.6.1). */
export const mvauHls: Op = {
  ...mvau,
  attributes: { ...mvau.attributes, ...hlsAttributes, resType: text('lut', ['auto', 'lut', 'dsp']) },
  // A vector is read while its first outputs are computed; every output ends with a word.
  unit: (node) => {
    const synapses = node.integer('MW') / node.integer('SIMD');
    const neurons = node.integer('MH') / node.integer('PE');
    const vectors = elementCount(node.integers('numInputVectors'));
    const pattern = new Uint8Array(synapses * neurons).fill(reads, 0, synapses);
    for (let last = synapses - 1; last < pattern.length; last += synapses)
      pattern[last] = last < synapses ? reads | writes : writes;
    return { type: 'hls-loop', shape: { pattern, repetitions: vectors } };
  },
  resources: (node) => withWeightMemory(matrixMemory(node), { LUT: luts(node), DSP: dsps(node) }),
  minimiseWeights: (node) => ({ ...minimiseUnitWeights(node), ...minimiseUnitThresholds(node) }),
};

function luts(node: NodeView): number {
  return arithmeticLuts(node, {
    length: node.integer('MW'),
    weightDepth: weightDepth(node),
    thresholdLuts: (accumulatorBits) => {
      if (node.integer('noActivation') === 1 || node.text('ram_style_thresholds') !== 'distributed') return 0;
      const steps = 2 ** node.datatype('outputDataType').bits - 1;
      const depth = node.integer('MH') / node.integer('PE');
      return steps * accumulatorBits * (Math.ceil(depth / 64) + 1);
    },
  });
}

function dsps(node: NodeView): number {
  if (node.text('resType') !== 'dsp') return 0;
  const bits = node.datatype('weightDataType').bits + node.datatype('inputDataType').bits;
  return node.integer('PE') * node.integer('SIMD') * Math.ceil(bits / 48);
}
