import type { FloatGraph, FloatNode } from '../float-graph.ts';

/**
 * The nodes behind the last layer of a network: arithmetic, the choice of a class and changes of shape that lead to
 * nothing else. What of it is not hardware can run on the host.
 */
export function nodesBehind({ nodes }: FloatGraph): ReadonlySet<FloatNode> {
  const behind = new Set<FloatNode>();
  const leadsOn = new Set<string>();
  for (const node of nodes.toReversed())
    if (canEnd(node) && !leadsOn.has(node.output)) behind.add(node);
    else for (const input of node.inputs) leadsOn.add(input);

  return behind;
}

function canEnd({ op }: FloatNode): boolean {
  switch (op) {
    case 'Add':
    case 'Div':
    case 'Flatten':
    case 'Mul':
    case 'Reshape':
    case 'Sub':
    case 'TopK':
    case 'Transpose':
      return true;
    default:
      return false;
  }
}
