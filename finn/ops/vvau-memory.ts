import type { ResourceEstimate } from './op.ts';
import type { NodeView } from './view.ts';
import { kernelSize, weightDepth } from './vvau.ts';

/**
 * A VVAU's resources: its weight memory (FINN+ 1.6.1 `VVAU.bram_estimation`, `uram_estimation` and their efficiencies)
 * with the logic its implementation needs.
 */
export function withKernelMemory(
  node: NodeView,
  { LUT, DSP }: Pick<ResourceEstimate, 'LUT' | 'DSP'>,
): ResourceEstimate {
  const bram = brams(node);
  const uram = urams(node);
  const weightBits = node.datatype('weightDataType').bits;
  // FINN leaves SIMD out of one and puts it into the other.
  const bramBits = weightBits * node.integer('PE') * weightDepth(node);
  const uramBits = weightBits * kernelSize(node) * node.integer('Channels');
  return {
    BRAM_18K: bram,
    BRAM_efficiency: bram === 0 ? 1 : bramBits / (bram * 36 * 512),
    LUT,
    URAM: uram,
    URAM_efficiency: uram === 0 ? 1 : uramBits / (uram * 72 * 4096),
    DSP,
  };
}

function brams(node: NodeView): number {
  const depth = weightDepth(node);
  const style = node.text('ram_style');
  if (decoupled(node) && (style === 'distributed' || style === 'ultra')) return 0;
  if (depth <= 128 && (style === 'auto' || !decoupled(node))) return 0;
  const width = wordWidth(node);
  if (width === 1) return Math.ceil(depth / 16384);
  if (width === 2) return Math.ceil(depth / 8192);
  if (width <= 4) return Math.ceil(depth / 4096) * Math.ceil(width / 4);
  if (width <= 9) return Math.ceil(depth / 2048) * Math.ceil(width / 8);
  if (width <= 18 || depth > 512) return Math.ceil(depth / 1024) * Math.ceil(width / 16);
  return Math.ceil(depth / 512) * Math.ceil(width / 32);
}

function urams(node: NodeView): number {
  if (!decoupled(node) || node.text('ram_style') !== 'ultra') return 0;
  return Math.ceil(wordWidth(node) / 72) * Math.ceil(weightDepth(node) / 4096);
}

function wordWidth(node: NodeView): number {
  return node.integer('SIMD') * node.datatype('weightDataType').bits * node.integer('PE');
}

function decoupled(node: NodeView): boolean {
  return node.text('mem_mode') === 'internal_decoupled';
}
