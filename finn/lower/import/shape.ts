import { elementCount } from '../../../base/shape.ts';
import { transpose as transposed } from '../constant.ts';
import type { FloatNode, Reshape } from '../float-graph.ts';
import { unsupported } from '../refuse.ts';
import type { ImportRule, ResolvedNode } from './source.ts';
import { activationAt, integerAttribute, integersAt, integersAttribute, only, placed } from './source.ts';

/** A reshape to a constant shape: -1 is resolved; a 0 keeps a dimension and leaves the reshape to the host (as in FINN). */
export const reshape: ImportRule = (source) => {
  const input = activationAt(source, 0);
  const stated = integersAt(source, 1);
  const kept = stated.map((size, axis) => (size === 0 ? (input.shape[axis] ?? 0) : size));
  const count = elementCount(input.shape);
  const known = elementCount(kept.filter((size) => size !== -1));
  const shape = kept.map((size) => (size === -1 ? count / known : size));
  if (elementCount(shape) !== count || !shape.every((size) => Number.isInteger(size) && size > 0))
    throw unsupported(
      source,
      `reshapes [${input.shape.join(', ')}] to [${stated.join(', ')}]`,
      'the number of elements must stay the same',
    );
  const rows = stated.join() === '1,-1' && input.shape[0] === 1;
  return only(reshapeNode(source, { op: 'Reshape', shape, host: stated.includes(0), rows }));
};

/** Flattens to two dimensions, divided before `axis`. */
export const flatten: ImportRule = (source) => {
  const input = activationAt(source, 0);
  const axis = integerAttribute(source, 'axis', 1);
  const cut = axis < 0 ? axis + input.shape.length : axis;
  const shape = [elementCount(input.shape.slice(0, cut)), elementCount(input.shape.slice(cut))];
  return only(reshapeNode(source, { op: 'Flatten', shape, host: true, rows: cut === 1 }));
};

/** The transpose of a quantised matrix, or of an activation. */
export const transpose: ImportRule = (source) => {
  const operand = source.operands[0];
  const { layout } = source;
  if (operand?.kind !== 'quantised') return only(transposeNode(source));
  const { integers, scale, position } = operand.value;
  if (integers.shape.length !== 2)
    throw unsupported(source, `transposes weights of shape [${integers.shape.join(', ')}]`, 'use a matrix');
  const permutation = source.node.attributes.get('perm');
  if (permutation?.type === 'ints' && permutation.value[0] === 0)
    return { operand: { kind: 'quantised', value: { integers, scale, layout, position } } };
  return {
    operand: {
      kind: 'quantised',
      value: { integers: transposed(integers), scale: transposed(scale), layout, position },
    },
  };
};

/** Operators that do nothing at inference. */
export const identity: ImportRule = (source) => ({ operand: activationAt(source, 0) });

function transposeNode(source: ResolvedNode): FloatNode {
  const input = activationAt(source, 0);
  const axes = input.shape.map((_, axis) => axis);
  const perm = integersAttribute(source, 'perm', axes.toReversed());
  if ([...perm].sort((a, b) => a - b).join() !== axes.join())
    throw unsupported(
      source,
      `permutes [${input.shape.join(', ')}] by [${perm.join(', ')}]`,
      'name every axis exactly once',
    );
  return { op: 'Transpose', ...placed(source), perm };
}

function reshapeNode(source: ResolvedNode, node: Omit<Reshape, 'name' | 'inputs' | 'output'>): FloatNode {
  return { ...node, ...placed(source) };
}
