import { blockRams } from './block-rams.ts';
import { weightDepth } from './mvau.ts';
import type { ResourceEstimate } from './op.ts';
import type { NodeView } from './view.ts';

/**
 * An MVAU's resources: its weight memory (FINN+ 1.6.1 `MVAU.bram_estimation`, `uram_estimation` and their
 * efficiencies) with the logic its implementation needs.
 */
export function withWeightMemory(
  node: NodeView,
  { LUT, DSP }: Pick<ResourceEstimate, 'LUT' | 'DSP'>,
): ResourceEstimate {
  const bram = brams(node);
  const uram = urams(node);
  const bits = node.datatype('weightDataType').bits * node.integer('MW') * node.integer('MH');
  return {
    BRAM_18K: bram,
    BRAM_efficiency: bram === 0 ? 1 : bits / (bram * 36 * 512),
    LUT,
    URAM: uram,
    URAM_efficiency: uram === 0 ? 1 : bits / (uram * 72 * 4096),
    DSP,
  };
}

function brams(node: NodeView): number {
  const depth = weightDepth(node);
  const style = node.text('ram_style');
  if (embeddedInLuts(node) || (decoupled(node) && (style === 'distributed' || style === 'ultra'))) return 0;
  return blockRams(wordWidth(node), depth);
}

function urams(node: NodeView): number {
  if (embeddedInLuts(node) || (decoupled(node) && node.text('ram_style') !== 'ultra')) return 0;
  return Math.ceil(wordWidth(node) / 72) * Math.ceil(weightDepth(node) / 4096);
}

function wordWidth(node: NodeView): number {
  return node.integer('SIMD') * node.datatype('weightDataType').bits * node.integer('PE');
}

function decoupled(node: NodeView): boolean {
  return node.text('mem_mode') === 'internal_decoupled';
}

function embeddedInLuts(node: NodeView): boolean {
  return node.text('mem_mode') === 'internal_embedded' && weightDepth(node) <= 128;
}
