import { allows, datatype } from '../datatype.ts';
import { Refusal } from '../../onnx/refusal.ts';
import { hlsAttributes, text } from './attributes.ts';
import { withWeightMemory } from './mvau_memory.ts';
import { hasThresholds, mvau, weightDepth } from './mvau.ts';
import type { NodeChange, Op } from './op.ts';
import { smallestForRange, valueRange } from './ranges.ts';
import type { NodeView } from './view.ts';

/** `MVAU_hls` (FINN+ 1.6.1). */
export const mvauHls: Op = {
  ...mvau,
  attributes: { ...mvau.attributes, ...hlsAttributes, resType: text('lut', ['auto', 'lut', 'dsp']) },
  resources: (node) => withWeightMemory(node, { LUT: luts(node), DSP: dsps(node) }),
  minimiseWeights: (node) => {
    const change = mvau.minimiseWeights!(node);
    return hasThresholds(node) ? { ...change, ...minimiseThresholds(node) } : change;
  },
};

/** FINN+ 1.6.1 `MVAU_hls.lut_estimation`, after the FINN-R paper. */
function luts(node: NodeView): number {
  const elements = node.integer('PE');
  const lanes = node.integer('SIMD');
  const weightBits = node.datatype('weightDataType').bits;
  const input = node.datatype('inputDataType');
  const bits = weightBits + input.bits;
  const depth = weightDepth(node);
  const mode = node.text('mem_mode');
  const inLuts =
    (mode === 'internal_decoupled' && node.text('ram_style') === 'distributed') ||
    (mode === 'internal_embedded' && depth <= 128);
  const memory = inLuts ? elements * lanes * weightBits * Math.ceil(depth / 64) : 0;
  const multipliers = node.text('resType') === 'dsp' ? 0 : lanes * (2 * Math.ceil(bits / 6) - 1) * bits;
  const adders = bits * (2 * lanes - 1);
  const alpha = log2(node.integer('MW')) + weightBits + input.bits - 1 - (input.signed ? 1 : 0);
  const accumulator = Math.min(
    node.datatype('accDataType').bits,
    Math.ceil(alpha + log2(1 + 2 ** -alpha) + 1),
  );
  let thresholds = 0;
  let comparators = 0;
  if (node.integer('noActivation') === 0 && node.text('ram_style_thresholds') === 'distributed') {
    const steps = 2 ** node.datatype('outputDataType').bits - 1;
    const thresholdDepth = node.integer('MH') / elements;
    thresholds = steps * accumulator * Math.ceil(thresholdDepth / 64);
    comparators = steps * accumulator;
  }
  return Math.trunc(
    300 + 1.1 * (elements * (multipliers + adders + accumulator + thresholds + comparators)) + memory,
  );
}

function dsps(node: NodeView): number {
  if (node.text('resType') !== 'dsp') return 0;
  const bits = node.datatype('weightDataType').bits + node.datatype('inputDataType').bits;
  return node.integer('PE') * node.integer('SIMD') * Math.ceil(bits / 48);
}

/** The comparison happens in the threshold datatype, so it must not be narrower than the accumulator. */
function minimiseThresholds(node: NodeView): NodeChange {
  const { name, tensor, values } = node.parameter(2);
  const accumulator = node.datatype('accDataType');
  if (!accumulator.integer || !datatype(tensor.datatype).integer) return {};
  const smallest = smallestForRange(valueRange(values), accumulator.signed);
  const chosen = smallest.bits < accumulator.bits ? accumulator : smallest;
  if (!values.every((value) => allows(chosen, value))) {
    throw new Refusal(
      'finn/thresholds',
      `the thresholds of ${node.node.name} do not all fit into ${chosen.name}`,
    );
  }
  return { datatypes: { [name]: chosen.name } };
}

/** As Python's `math.log(x, 2)` computes it. */
function log2(value: number): number {
  return Math.log(value) / Math.log(2);
}
