import type { HardwareGraph, HardwareNode } from '../graph.ts';
import { nodeOf } from '../ops/index.ts';
import type { Synthesis } from '../ops/op.ts';
import { certain } from './amounts.ts';
import { isInCode } from './phantom-memory.ts';

/** `finn`: FINN's estimates decide what fits; `rtl`: what FINN's RTL instantiates. */
export type ResourceModel = 'rtl' | 'finn';

/**
 * The resources of a node on a part by a model. FINN's estimates count no flip-flops; their UltraRAM for weights in the code of a
 * layer is left out.
 */
export function layerResources(
  graph: HardwareGraph,
  node: HardwareNode,
  part: string,
  model: ResourceModel,
): Synthesis {
  const { op, view } = nodeOf(graph, node);
  if (model === 'rtl' && op.synthesis !== null) return op.synthesis(view, part);
  const { LUT, BRAM_18K, URAM, DSP } = op.resources(view, part);
  return certain({
    LUT,
    FF: model === 'rtl' ? hlsFlipFlops(LUT) : 0,
    BRAM_18K,
    URAM: isInCode(op, view) ? 0 : URAM,
    DSP,
  });
}

/** HLS takes 1.3 flip-flops for each LUT in the one build that is known, see docs/facts.md. */
function hlsFlipFlops(luts: number): number {
  return Math.ceil(1.3 * luts);
}
