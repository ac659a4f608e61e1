import { Refusal } from '../../base/refusal.ts';
import { elementCount } from '../tensor.ts';
import type { PreparedNode } from './op.ts';
import type { NodeView } from './view.ts';

/** Applies an operation to pairs of elements, smaller shapes spread as in ONNX; refuses results beyond 32 bits. */
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
    for (let index = 0; index < count; index += 1) data[index] = apply(left[index]!, right[index]!);
    return { shape, data };
  };
}

/** Gives an operand in the shape of the output; one that is no constant takes the next stream of the queue. */
function prepareOperand(
  node: NodeView,
  index: number,
  shape: readonly number[],
  target: readonly number[],
): (streams: Int32Array[]) => Int32Array {
  const places = spread(shape, target);
  if (node.constant(index)) {
    const values = Int32Array.from(node.parameter(index).values);
    const all = places.map((place) => values[place]!);
    return () => all;
  }
  if (elementCount(shape) === places.length) return (streams) => streams.shift()!;
  return (streams) => {
    const values = streams.shift()!;
    return places.map((place) => values[place]!);
  };
}

/** For every element of `target` the place of the element of `shape` that meets it. */
function spread(shape: readonly number[], target: readonly number[]): Int32Array {
  const places = new Int32Array(elementCount(target));
  const missing = target.length - shape.length;
  for (let index = 0; index < places.length; index += 1) {
    let rest = index;
    let place = 0;
    let step = 1;
    for (let axis = target.length - 1; axis >= missing; axis -= 1) {
      const extent = shape[axis - missing]!;
      if (extent > 1) place += (rest % target[axis]!) * step;
      rest = Math.floor(rest / target[axis]!);
      step *= extent;
    }
    places[index] = place;
  }
  return places;
}
