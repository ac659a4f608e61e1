import type { ResourceEstimate } from './op.ts';
import type { NodeView } from './view.ts';

/** The memories of a node's weights, and the bits that FINN counts as stored in each kind. */
export interface WeightMemory {
  readonly brams: number;
  readonly bramBits: number;
  readonly urams: number;
  readonly uramBits: number;
}

/** A node's resources: its weight memory and the logic of its implementation. */
export function withWeightMemory(
  { brams, bramBits, urams, uramBits }: WeightMemory,
  { LUT, DSP }: Pick<ResourceEstimate, 'LUT' | 'DSP'>,
): ResourceEstimate {
  return {
    BRAM_18K: brams,
    BRAM_efficiency: brams === 0 ? 1 : bramBits / (brams * 36 * 512),
    LUT,
    URAM: urams,
    URAM_efficiency: urams === 0 ? 1 : uramBits / (urams * 72 * 4096),
    DSP,
  };
}

/** Bits of a word of the weight memory. */
export function wordWidth(node: NodeView): number {
  return node.integer('SIMD') * node.datatype('weightDataType').bits * node.integer('PE');
}

/** Whether the weights are in a separate memory rather than in the generated code. */
export function isDecoupled(node: NodeView): boolean {
  return node.text('mem_mode') === 'internal_decoupled';
}

/** Whether `ram_style` puts the weights into URAM or LUTs. */
export function avoidsBlockRam(node: NodeView): boolean {
  return isDecoupled(node) && ['distributed', 'ultra'].includes(node.text('ram_style'));
}

/** URAMs for a memory of this many words. */
export function uramsFor(node: NodeView, depth: number): number {
  return Math.ceil(wordWidth(node) / 72) * Math.ceil(depth / 4096);
}
