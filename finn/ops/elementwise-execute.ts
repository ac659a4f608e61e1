import { defined } from '../../base/defined.ts';
import { Refusal } from '../../base/refusal.ts';
import { elementCount } from '../../base/shape.ts';
import { valueAt } from '../tensor.ts';
import type { PreparedNode } from './op.ts';
import type { NodeView } from './view.ts';

/** Applies an operation to pairs of elements, with smaller shapes broadcast as in ONNX; refuses results beyond 32 bits. */
export function prepareElementwise(
  node: NodeView,
  apply: (left: number, right: number) => number,
): PreparedNode {
  const output = node.datatype('out_dtype');
  if (!output.integer || output.maximum > 2 ** 31 - 1)
    throw new Refusal(
      'finn/too-wide',
      `${node.node.name} computes in ${output.name}; at most 32 bits can be executed`,
    );

  const shape = node.integers('out_shape');
  const count = elementCount(shape);
  const operands = [
    prepareOperand(node, 0, node.integers('lhs_shape'), shape),
    prepareOperand(node, 1, node.integers('rhs_shape'), shape),
  ] as const;
  return (...streams) => {
    const queue = streams.map(({ data }) => data);
    const [left, right] = [operands[0](queue), operands[1](queue)];
    const data = new Int32Array(count);
    for (let index = 0; index < count; index += 1)
      data[index] = apply(valueAt(left, index), valueAt(right, index));
    return { shape, data };
  };
}

/** Returns an operand in the shape of the output; one that is not a constant is the next stream of the queue. */
function prepareOperand(
  node: NodeView,
  index: number,
  shape: readonly number[],
  target: readonly number[],
): (streams: Int32Array[]) => Int32Array {
  const places = spread(shape, target);
  const next = (streams: Int32Array[]): Int32Array =>
    defined(streams.shift(), 'a node is run on a tensor for each input that is not a parameter');
  const spreadOut = (values: Int32Array): Int32Array => places.map((place) => valueAt(values, place));
  if (node.constant(index)) {
    const all = spreadOut(Int32Array.from(node.parameter(index).values));
    return () => all;
  }
  return elementCount(shape) === places.length ? next : (streams) => spreadOut(next(streams));
}

/** For every element of `target`, the index of the element of `shape` that it is combined with. */
function spread(shape: readonly number[], target: readonly number[]): Int32Array {
  let places = [0];
  for (const [axis, extent] of target.entries()) {
    const own = shape[axis - target.length + shape.length] ?? 1;
    const along = Array.from({ length: extent }, (_, position) => (own > 1 ? position : 0));
    places = places.flatMap((place) => along.map((position) => place * own + position));
  }
  return Int32Array.from(places);
}
