import type { NodeView } from './view.ts';

/** The contradiction of a list of extents of which one is less than 1; null if all are positive. */
export function notPositive(node: NodeView, attribute: string): string | null {
  const extents = node.integers(attribute);
  return extents.every((extent) => extent >= 1) ? null : `has ${attribute} [${extents.join(', ')}]`;
}
