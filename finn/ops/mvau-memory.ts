import { blockRams } from './block-rams.ts';
import { weightDepth } from './mvau.ts';
import type { NodeView } from './view.ts';
import type { WeightMemory } from './weight-memory.ts';
import { avoidsBlockRam, isDecoupled, uramsFor, wordWidth } from './weight-memory.ts';

/** The weight memory of an MVAU (FINN+ 1.6.1 `MVAU.bram_estimation`, `uram_estimation` and their efficiencies). */
export function matrixMemory(node: NodeView): WeightMemory {
  const bits = node.datatype('weightDataType').bits * node.integer('MW') * node.integer('MH');
  return { brams: brams(node), bramBits: bits, urams: urams(node), uramBits: bits };
}

function brams(node: NodeView): number {
  return isEmbeddedInLuts(node) || avoidsBlockRam(node) ? 0 : blockRams(wordWidth(node), weightDepth(node));
}

function urams(node: NodeView): number {
  if (isEmbeddedInLuts(node) || (isDecoupled(node) && node.text('ram_style') !== 'ultra')) return 0;
  return uramsFor(node, weightDepth(node));
}

function isEmbeddedInLuts(node: NodeView): boolean {
  return node.text('mem_mode') === 'internal_embedded' && weightDepth(node) <= 128;
}
