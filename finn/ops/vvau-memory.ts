import type { NodeView } from './view.ts';
import { kernelSize, weightDepth } from './vvau.ts';
import type { WeightMemory } from './weight-memory.ts';
import { avoidsBlockRam, isDecoupled, uramsFor, wordWidth } from './weight-memory.ts';

/** The weight memory of a VVAU (FINN+ 1.6.1 `VVAU.bram_estimation`, `uram_estimation` and their efficiencies). */
export function kernelMemory(node: NodeView): WeightMemory {
  const weightBits = node.datatype('weightDataType').bits;
  return {
    brams: brams(node),
    // FINN includes SIMD in one of them but not in the other.
    bramBits: weightBits * node.integer('PE') * weightDepth(node),
    urams: isDecoupled(node) && node.text('ram_style') === 'ultra' ? uramsFor(node, weightDepth(node)) : 0,
    uramBits: weightBits * kernelSize(node) * node.integer('Channels'),
  };
}

function brams(node: NodeView): number {
  const depth = weightDepth(node);
  if (avoidsBlockRam(node)) return 0;
  if (depth <= 128 && (node.text('ram_style') === 'auto' || !isDecoupled(node))) return 0;
  return bramsOf(wordWidth(node), depth);
}

/** FINN's count for this layer, which differs from that for other layers. */
function bramsOf(width: number, depth: number): number {
  if (width === 1) return Math.ceil(depth / 16384);
  if (width === 2) return Math.ceil(depth / 8192);
  if (width <= 4) return Math.ceil(depth / 4096) * Math.ceil(width / 4);
  if (width <= 9) return Math.ceil(depth / 2048) * Math.ceil(width / 8);
  if (width <= 18 || depth > 512) return Math.ceil(depth / 1024) * Math.ceil(width / 16);
  return Math.ceil(depth / 512) * Math.ceil(width / 32);
}
