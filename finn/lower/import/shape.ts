import { elementCount } from '../../tensor.ts';
import { transpose as transposed } from '../constant.ts';
import type { FloatNode } from '../float_graph.ts';
import { unsupported } from '../refuse.ts';
import { activationAt, integerAttribute, integersAt, type ImportRule, type Source } from './source.ts';

/** A reshape to a constant shape; -1 is worked out, 0 keeps a dimension and makes it the host's (as in FINN). */
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
  return { nodes: [reshapeNode(source, 'Reshape', input.tensor, shape, stated.includes(0))] };
};

/** Two dimensions from many, cut before `axis`. */
export const flatten: ImportRule = (source) => {
  const input = activationAt(source, 0);
  const axis = integerAttribute(source, 'axis', 1);
  const cut = axis < 0 ? axis + input.shape.length : axis;
  const shape = [elementCount(input.shape.slice(0, cut)), elementCount(input.shape.slice(cut))];
  return { nodes: [reshapeNode(source, 'Flatten', input.tensor, shape, true)] };
};

/** The transpose of a quantised matrix; activations cannot be transposed yet. */
export const transpose: ImportRule = (source) => {
  const operand = source.operands[0];
  if (operand?.kind !== 'quantised')
    throw unsupported(
      source,
      'transposes an activation',
      'only weights can be transposed; fold it away before exporting',
    );
  const { layout } = source;
  const { integers, scale } = operand.value;
  if (integers.shape.length !== 2)
    throw unsupported(source, `transposes weights of shape [${integers.shape.join(', ')}]`, 'use a matrix');
  const permutation = source.node.attributes.get('perm');
  if (permutation?.type === 'ints' && permutation.value[0] === 0)
    return { constant: { kind: 'quantised', value: { integers, scale, layout } } };
  return {
    constant: {
      kind: 'quantised',
      value: { integers: transposed(integers), scale: transposed(scale), layout },
    },
  };
};

/** Operators that do nothing at inference. */
export const identity: ImportRule = (source) => ({ same: activationAt(source, 0).tensor });

function reshapeNode(
  source: Source,
  op: 'Reshape' | 'Flatten',
  input: string,
  shape: readonly number[],
  host: boolean,
): FloatNode {
  return { op, name: source.name, inputs: [input], output: source.node.outputs[0]!, shape, host };
}
