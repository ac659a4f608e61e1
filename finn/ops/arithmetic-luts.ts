import { pythonLog2 } from '../python-log2.ts';
import type { NodeView } from './view.ts';

/** The properties of a node that the LUT estimate needs in addition to its attributes. */
export interface DotProduct {
  /** Products added up for one sum. */
  readonly length: number;
  /** Words of the weight memory. */
  readonly weightDepth: number;
  /** LUTs per PE for thresholds and their comparators, for an accumulator of this many bits. */
  readonly thresholdLuts: (accumulatorBits: number) => number;
}

/** FINN+ 1.6.1 `lut_estimation` of MVAU_hls and VVAU_hls, after the FINN-R paper. */
export function arithmeticLuts(node: NodeView, { length, weightDepth, thresholdLuts }: DotProduct): number {
  const elements = node.integer('PE');
  const lanes = node.integer('SIMD');
  const weightBits = node.datatype('weightDataType').bits;
  const input = node.datatype('inputDataType');
  const bits = weightBits + input.bits;
  const mode = node.text('mem_mode');
  const inLuts =
    (mode === 'internal_decoupled' && node.text('ram_style') === 'distributed') ||
    (mode === 'internal_embedded' && weightDepth <= 128);
  const memory = inLuts ? elements * lanes * weightBits * Math.ceil(weightDepth / 64) : 0;
  const multipliers = node.text('resType') === 'dsp' ? 0 : lanes * (2 * Math.ceil(bits / 6) - 1) * bits;
  const adders = bits * (2 * lanes - 1);
  const alpha = pythonLog2(length) + weightBits + input.bits - 1 - (input.signed ? 1 : 0);
  const accumulator = Math.min(
    node.datatype('accDataType').bits,
    Math.ceil(alpha + pythonLog2(1 + 2 ** -alpha) + 1),
  );
  const perElement = multipliers + adders + accumulator + thresholdLuts(accumulator);
  return Math.trunc(300 + 1.1 * (elements * perElement) + memory);
}
