import type { HardwareGraph, HardwareNode } from '../graph.ts';
import { opOf } from '../ops/index.ts';

/**
 * The result of `minimiseBitWidths` for `folded`, copied from that for another folding of the same network: bit widths
 * follow from values, which take the longest to examine, and not from parallelism. Null if they do differ, which happens
 * because weights that can be rewritten keep their widths.
 */
export function refold(minimised: HardwareGraph, folded: HardwareGraph): HardwareGraph | null {
  const nodes = folded.nodes.flatMap((node, index) => {
    const minimal = minimised.nodes[index];
    if (minimal === undefined || keepsWidths(node) !== keepsWidths(minimal)) return [];
    return { ...node, attributes: { ...node.attributes, ...fromNetwork(minimal) } };
  });
  return nodes.length === folded.nodes.length ? { ...minimised, nodes } : null;
}

function keepsWidths({ attributes }: HardwareNode): boolean {
  return attributes['runtime_writeable_weights'] === 1;
}

function fromNetwork(node: HardwareNode): HardwareNode['attributes'] {
  const rules = opOf(node).attributes;
  return Object.fromEntries(
    Object.entries(node.attributes).filter(([attribute]) => rules[attribute]?.from !== 'folding'),
  );
}
