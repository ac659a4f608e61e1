import { elementCount } from '../../base/shape.ts';
import { commonAttributes, hlsAttributes } from './attributes.ts';
import { blockRams } from './block-rams.ts';
import {
  elementwiseAdd,
  elementwiseMax,
  elementwiseMul,
  elementwiseSub,
  foldedSide,
  sideStreamWidth,
} from './elementwise.ts';
import { reducingLoop, wordsOf } from './loops.ts';
import type { Op, ResourceEstimate } from './op.ts';
import type { NodeView } from './view.ts';

/** FINN's RTL implementations are for floating point; integers always use HLS (FINN+ 1.6.1). */
export const elementwiseAddHls = inHls(elementwiseAdd);
export const elementwiseSubHls = inHls(elementwiseSub);
export const elementwiseMulHls = inHls(elementwiseMul);
export const elementwiseMaxHls = inHls(elementwiseMax);

/** FINN lays the attributes of every HLS layer over those of this one, and with them one FIFO depth for both streams. */
function inHls(op: Op): Op {
  return {
    ...op,
    attributes: { ...op.attributes, ...commonAttributes, ...hlsAttributes },
    unit: unitOf(op),
    resources,
  };
}

/** Two streams of as many words join; with a constant, every word of the only stream makes one. */
function unitOf(op: Op): Op['unit'] {
  return (node) => {
    const output = wordsOf(op.foldedOutputShape(node, 0));
    const streams = ([0, 1] as const).filter((index) => !node.constant(index));
    if (streams.some((index) => wordsOf(foldedSide(node, index)) !== output)) return null;
    return streams.length === 2 ? { type: 'join' } : reducingLoop(1, output);
  };
}

/**
 * The memory of a constant that is streamed inside the layer; FINN+ 1.6.1 estimates no logic, and nothing for a
 * constant in the source code (`ElementwiseBinaryOperation.bram_estimation`, `uram_estimation`, `lut_estimation`).
 */
function resources(node: NodeView): ResourceEstimate {
  const { width, depth } = constantMemory(node);
  const style = node.text('ram_style');
  const bram = style === 'auto' || style === 'block' ? blockRams(width, depth) : 0;
  const uram = style === 'ultra' ? Math.ceil(width / 72) * Math.ceil(depth / 4096) : 0;
  return {
    BRAM_18K: bram,
    BRAM_efficiency: bram === 0 ? 1 : (width * depth) / (bram * 36 * 512),
    LUT: style === 'distributed' ? width * Math.ceil(depth / 64) : 0,
    URAM: uram,
    URAM_efficiency: uram === 0 ? 1 : (width * depth) / (uram * 72 * 4096),
    DSP: 0,
  };
}

function constantMemory(node: NodeView): { readonly width: number; readonly depth: number } {
  // FINN streams only a right operand.
  const streamed = node.text('mem_mode') === 'internal_decoupled' && node.text('rhs_style') === 'const';
  if (!streamed) return { width: 0, depth: 0 };
  return { width: sideStreamWidth(node, 1), depth: elementCount(foldedSide(node, 1).slice(0, -1)) };
}
