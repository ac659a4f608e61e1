import type { HardwareGraph } from '../graph.ts';
import { nodeOf } from '../ops/index.ts';
import type { Op } from '../ops/op.ts';
import type { NodeView } from '../ops/view.ts';

/**
 * Whether the constants of a layer are part of its code (`mem_mode` internal_embedded). HLS makes ROMs of them, which UltraRAM
 * cannot be, since it has no initial contents (Xilinx UG573); FINN+ 1.6.1 estimates UltraRAM for them all the same.
 */
export function isInCode(op: Op, view: NodeView): boolean {
  return Object.hasOwn(op.attributes, 'mem_mode') && view.text('mem_mode') === 'internal_embedded';
}

/** The layers for whose code FINN estimates UltraRAM on a part, with their numbers. */
export function phantomUrams(
  graph: HardwareGraph,
  part: string,
): readonly { readonly layer: string; readonly urams: number }[] {
  return graph.nodes.flatMap((node) => {
    const { op, view } = nodeOf(graph, node);
    const { URAM: urams } = op.resources(view, part);
    return urams > 0 && isInCode(op, view) ? [{ layer: node.name, urams }] : [];
  });
}
