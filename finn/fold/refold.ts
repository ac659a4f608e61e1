import type { HardwareGraph, HardwareNode } from '../graph.ts';
import { opOf } from '../ops/index.ts';

/**
 * What `minimiseBitWidths` would make of `folded`, taken from what it made of another folding of the same network: bit
 * widths follow from values, which take the longest to look through, and not from parallelism. Null where they differ
 * after all, because weights that can be rewritten keep their widths.
 */
export function refold(minimised: HardwareGraph, folded: HardwareGraph): HardwareGraph | null {
  const pairs = folded.nodes.map((node, index) => [node, minimised.nodes[index]!] as const);
  if (pairs.some(([left, right]) => keepsWidths(left) !== keepsWidths(right))) return null;
  return {
    ...minimised,
    nodes: pairs.map(([node, minimal]) => ({
      ...node,
      attributes: { ...node.attributes, ...fromNetwork(minimal) },
    })),
  };
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
