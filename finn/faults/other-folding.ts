import type { HardwareGraph, HardwareNode } from '../graph.ts';
import { nodeOf } from '../ops/index.ts';
import { windowFault } from './windows.ts';

/** The nearest folding of windows that FINN builds, as an instruction: with the most channels at once; null if there is none. */
export function foldedOtherwise(graph: HardwareGraph, node: HardwareNode): string | null {
  const { view } = nodeOf(graph, node);
  const [parallel, channels] = [view.integer('parallel_window'), view.integer('SIMD')];
  for (const style of [parallel, 1 - parallel])
    for (const simd of legalSimds(graph, withAttributes(node, { parallel_window: style }))) {
      const other = withAttributes(node, { parallel_window: style, SIMD: simd });
      if (windowFault(nodeOf(graph, other).view) !== null) continue;
      const changes = [
        ...(simd === channels ? [] : [`SIMD to ${simd}`]),
        ...(style === parallel ? [] : [`parallel_window to ${style}`]),
      ];
      return `set its ${changes.join(' and its ')}`;
    }
  return null;
}

function legalSimds(graph: HardwareGraph, node: HardwareNode): readonly number[] {
  const { op, view } = nodeOf(graph, node);
  return [...(op.legalValues(view)['SIMD'] ?? [])].sort((left, right) => right - left);
}

function withAttributes(node: HardwareNode, attributes: HardwareNode['attributes']): HardwareNode {
  return { ...node, attributes: { ...node.attributes, ...attributes } };
}
