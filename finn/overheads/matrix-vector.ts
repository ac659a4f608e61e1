import type { NodeView } from '../ops/view.ts';

/**
 * LUTs of an `MVAU_rtl`, for which FINN estimates none; a guess, see docs/facts.md. They are for control, for an adder per
 * product and per sum outside the DSPs, and for weights in distributed memory as FINN counts them for `MVAU_hls`.
 */
export function matrixVectorLuts(node: NodeView): number {
  const [elements, lanes] = [node.integer('PE'), node.integer('SIMD')];
  const weightBits = node.datatype('weightDataType').bits;
  const productBits = weightBits + node.datatype('inputDataType').bits;
  const sums = elements * (lanes * productBits + node.datatype('accDataType').bits);
  const depth = (node.integer('MW') * node.integer('MH')) / (elements * lanes);
  const isDistributed = node.text('ram_style') === 'distributed';
  const memory = isDistributed ? elements * lanes * weightBits * Math.ceil(depth / 64) : 0;
  return 200 + sums + memory;
}
