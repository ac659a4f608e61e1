import { weightDepth } from '../ops/mvau.ts';
import type { Synthesis } from '../ops/op.ts';
import type { NodeView } from '../ops/view.ts';
import { wordWidth } from '../ops/weight-memory.ts';
import { certain, sumSyntheses } from './amounts.ts';
import type { Product } from './lanes.ts';
import type { Multiplier } from './multiplier.ts';
import { multiplierResources } from './multiplier.ts';
import type { WeightStream } from './weight-stream.ts';
import { weightStreamResources } from './weight-stream.ts';

/**
 * An `MVAU_rtl`: its multipliers and the stream of its weights. With TH above 1, which Versal's DSPs alone can build, it counts
 * like one with TH 1.
 */
export function matrixVector(node: NodeView, part: string): Synthesis {
  return sumSyntheses([
    certain(multiplierResources(multiplierOf(node), part)),
    weightStreamResources(weightStreamOf(node)),
  ]);
}

/** The multipliers of an `MVAU_rtl`. */
export function multiplierOf(node: NodeView): Multiplier {
  const [pe, simd] = [node.integer('PE'), node.integer('SIMD')];
  return {
    product: productOf(node),
    sumBits: node.datatype('accDataType').bits,
    pe,
    simd,
    words: node.integer('MW') / simd,
    repetitions: node.integer('MH') / pe,
    isPumped: node.integer('pumpedCompute') === 1,
  };
}

/** The stream of the weights of an `MVAU_rtl`. */
export function weightStreamOf(node: NodeView): WeightStream {
  return { words: weightDepth(node), bits: wordWidth(node), style: node.text('ram_style') };
}

/** FINN calls known weights narrow if the least value of their type does not occur (`MVAU_rtl.generate_hdl`). */
function productOf(node: NodeView): Product {
  const { bits, minimum } = node.datatype('weightDataType');
  return {
    weightBits: bits,
    activationBits: node.datatype('inputDataType').bits,
    isNarrow: node.constant(1) && node.parameter(1).values.every((value) => value > minimum),
  };
}
