import { combine } from '../constant.ts';
import type { Constant, FloatNode, Sum } from '../float-graph.ts';
import type { GraphView } from '../graph-view.ts';
import type { Replacement, Rule } from '../rewrite.ts';

/** `x s + y s` as `(x + y) s` for equal factors (FINN+ 1.6.1 `MoveMulPastJoinAdd`). */
export const moveMulPastSum: Rule = (node, graph) => {
  const [left, right] = branches(node, graph);
  if (node.op !== 'Sum' || left?.op !== 'Mul' || right?.op !== 'Mul') return null;
  return sameConstant(left.constant, right.constant) ? moved(node, left, right) : null;
};

/** `(x + a) + (y + b)` as `(x + y) + (a + b)` (FINN+ 1.6.1 `MoveLinearPastEltwiseAdd`). */
export const moveAddPastSum: Rule = (node, graph) => {
  const [left, right] = branches(node, graph);
  if (node.op !== 'Sum' || left?.op !== 'Add' || right?.op !== 'Add') return null;
  const constant = combine(left.constant, right.constant, (first, second) => first + second);
  return constant && moved(node, { ...left, constant }, right, left);
};

/** The same permutation of both branches moves past their sum (FINN+ 1.6.1 `MoveTransposePastJoinAdd`). */
export const moveTransposePastSum: Rule = (node, graph) => {
  const [left, right] = branches(node, graph);
  if (node.op !== 'Sum' || left?.op !== 'Transpose' || right?.op !== 'Transpose') return null;
  return left.perm.join() === right.perm.join() ? moved(node, left, right) : null;
};

/** What makes the two operands of a sum, each for it alone. */
function branches(node: FloatNode, graph: GraphView): readonly (FloatNode | undefined)[] {
  return node.inputs.map((name) => {
    const producer = graph.producerOf(name);
    return producer && graph.consumerOf(producer) === node ? producer : undefined;
  });
}

/** The sum of what both operations read, followed by the operation of the left branch, which keeps its place in the order. */
function moved(node: Sum, left: FloatNode, right: FloatNode, place = left): Replacement {
  const sum = left.output;
  return {
    insert: [{ ...node, inputs: [left.inputs[0], right.inputs[0]], output: sum }],
    remove: [right],
    change: [{ node: place, to: { ...left, inputs: [sum], output: node.output } }],
  };
}

function sameConstant(left: Constant, right: Constant): boolean {
  return (
    left.values.length === right.values.length &&
    (left.values.length === 1 || left.shape.join() === right.shape.join()) &&
    left.values.every((value, index) => value === right.values[index])
  );
}
