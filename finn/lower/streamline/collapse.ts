import { combine, isScalar } from '../constant.ts';
import type { Affine } from '../float-graph.ts';
import type { GraphView } from '../graph-view.ts';
import type { Replacement, Rule } from '../rewrite.ts';

/** Merges two neighbouring Adds (FINN+ 1.6.1 `CollapseRepeatedAdd`). */
export const collapseAdds: Rule = (node, graph) =>
  node.op === 'Add' ? collapse(node, graph, (first, second) => second + first) : null;

/** Merges two neighbouring Muls (FINN+ 1.6.1 `CollapseRepeatedMul`). */
export const collapseMuls: Rule = (node, graph) =>
  node.op === 'Mul' ? collapse(node, graph, (first, second) => second * first) : null;

function collapse(
  node: Affine,
  graph: GraphView,
  join: (first: number, second: number) => number,
): Replacement | null {
  const consumer = graph.consumerOf(node);
  if (consumer?.op !== 'Add' && consumer?.op !== 'Mul') return null;
  if (consumer.op !== node.op) return null;
  const constant = combine(node.constant, consumer.constant, join);
  const { name } = isScalar(node.constant) ? consumer : node;
  return constant && { insert: [{ ...node, name, output: consumer.output, constant }], remove: [consumer] };
}
