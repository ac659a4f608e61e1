import { elementCount } from '../../../base/shape.ts';
import { isScalar } from '../constant.ts';
import type { Affine, Concat, Constant, FloatNode } from '../float-graph.ts';
import type { GraphView } from '../graph-view.ts';
import type { Replacement, Rule } from '../rewrite.ts';

/**
 * The same scalar, or a value per channel, added to or multiplied with each of several activations moves past their Concat
 * (FINN+ 1.6.1 `MoveAffinePastJoinConcat`).
 */
export const moveArithmeticPastConcat: Rule = (node, graph) => {
  if (node.op !== 'Concat') return null;
  const branches = branchesOf(node, graph);
  const [first] = branches;
  if (first?.op !== 'Mul' && first?.op !== 'Add') return null;
  const arithmetic = branches.filter((branch): branch is Affine => branch?.op === first.op);
  if (arithmetic.length < branches.length) return null;
  const constant = jointConstant(
    node,
    arithmetic.map((branch) => branch.constant),
    graph,
  );
  return constant && behind(node, arithmetic, { ...first, constant }, first, node.axis);
};

/** The same permutation of all activations moves past their Concat (FINN+ 1.6.1 `MoveTransposePastJoinConcat`). */
export const moveTransposePastConcat: Rule = (node, graph) => {
  if (node.op !== 'Concat') return null;
  const branches = branchesOf(node, graph);
  const [first] = branches;
  if (first?.op !== 'Transpose') return null;
  const same = branches.filter(
    (branch): branch is FloatNode => branch?.op === 'Transpose' && branch.perm.join() === first.perm.join(),
  );
  if (same.length < branches.length) return null;
  return behind(node, same, first, first, first.perm[node.axis] ?? node.axis);
};

function branchesOf(node: Concat, graph: GraphView): readonly (FloatNode | undefined)[] {
  return node.inputs.map((name) => {
    const producer = graph.producerOf(name);
    return producer && graph.consumerOf(producer) === node ? producer : undefined;
  });
}

/** The Concat of what the branches read along `axis`, with one operation behind it that keeps its place in the order. */
function behind(
  node: Concat,
  branches: readonly FloatNode[],
  operation: FloatNode,
  place: FloatNode,
  axis: number,
): Replacement {
  const [first, ...others] = branches;
  const inputs = [first?.inputs[0] ?? '', ...others.map((branch) => branch.inputs[0])] as const;
  return {
    insert: [{ ...node, inputs, axis, output: place.output }],
    remove: others,
    change: [{ node: place, to: { ...operation, inputs: [place.output], output: node.output } }],
  };
}

/** Null unless the constants are the same scalar, or all have a value for each channel. */
function jointConstant(node: Concat, constants: readonly Constant[], graph: GraphView): Constant | null {
  const [first] = constants;
  if (!first) return null;
  if (constants.every((each) => isScalar(each) && each.values[0] === first.values[0])) return first;
  const rank = graph.shapeOf(node.inputs[0]).length;
  const isPerChannel = constants.every(
    ({ shape }, index) =>
      shape.length === rank &&
      shape[node.axis] === node.extents[index] &&
      elementCount(shape) === node.extents[index],
  );
  if (!isPerChannel) return null;
  const values = Float32Array.from(constants.flatMap((each) => [...each.values]));
  return { shape: first.shape.with(node.axis, values.length), values, datatype: 'FLOAT32' };
}
