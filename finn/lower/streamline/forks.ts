import type { FloatNode } from '../float-graph.ts';
import type { Rule } from '../rewrite.ts';
import { mapSome } from '../some.ts';
import { freshName } from './fresh.ts';

/** Copies an operation for each of the nodes that read its result (FINN+ 1.6.1 `MoveOpPastFork`). */
export const movePastFork =
  (op: 'Mul' | 'Transpose'): Rule =>
  (node, graph) => {
    if (node.op !== op || node.output === graph.output) return null;
    const [, ...others] = graph.readersOf(node.output);
    if (others.length === 0) return null;
    const copies: FloatNode[] = [];
    const moved: FloatNode[] = [];
    for (const reader of others) {
      const copy = copyOf(node, freshName(node.output, `fork${copies.length}_`, graph));
      copies.push(copy);
      const inputs = mapSome(reader.inputs, (name) => (name === node.output ? copy.output : name));
      // FINN puts each reader in front of those before it, which decides the order of branches of the same length.
      moved.unshift({ ...reader, inputs });
    }
    return { insert: [node, ...copies, ...moved], remove: others };
  };

/** With constants of its own, since a constant belongs to one layer. */
function copyOf(node: FloatNode, output: string): FloatNode {
  return 'constant' in node ? { ...node, output, constant: { ...node.constant } } : { ...node, output };
}
