import { elementCount } from '../tensor.ts';
import type { Constant } from './float_graph.ts';

/** One number as FINN stores a scalar operand. */
export function scalar(value: number): Constant {
  return { shape: [], values: Float32Array.of(value), datatype: 'FLOAT32' };
}

/** Whether every dimension is 1, so that the operand acts on all elements alike. */
export function isScalar({ shape }: Constant): boolean {
  return shape.every((size) => size === 1);
}

/** Whether exactly one dimension is larger than 1. */
export function isVector({ shape }: Constant): boolean {
  return shape.filter((size) => size > 1).length === 1;
}

/** The operand with each value changed and rounded to float32; what is known of its datatype is lost. */
export function mapConstant(constant: Constant, change: (value: number) => number): Constant {
  return { shape: constant.shape, values: constant.values.map(change), datatype: 'FLOAT32' };
}

/** Element by element with numpy's broadcasting, rounded to float32; null where the shapes do not fit. */
export function combine(
  left: Constant,
  right: Constant,
  operation: (left: number, right: number) => number,
): Constant | null {
  const shape = broadcastShape(left.shape, right.shape);
  if (!shape) return null;
  const values = new Float32Array(elementCount(shape));
  for (let index = 0; index < values.length; index++)
    values[index] = operation(
      left.values[broadcastIndex(index, shape, left.shape)]!,
      right.values[broadcastIndex(index, shape, right.shape)]!,
    );
  return { shape, values, datatype: 'FLOAT32' };
}

/** The shape two operands broadcast to (numpy's rule: aligned at the end, 1 stretches); null where they do not. */
export function broadcastShape(left: readonly number[], right: readonly number[]): readonly number[] | null {
  const rank = Math.max(left.length, right.length);
  const shape: number[] = [];
  for (let axis = 0; axis < rank; axis++) {
    const a = left[left.length - rank + axis] ?? 1;
    const b = right[right.length - rank + axis] ?? 1;
    if (a !== b && a !== 1 && b !== 1) return null;
    shape.push(a === 1 ? b : a);
  }
  return shape;
}

/** Where element `index` of a tensor of shape `shape` lies in an operand that is stretched to it. */
export function broadcastIndex(index: number, shape: readonly number[], operand: readonly number[]): number {
  let rest = index;
  let offset = 0;
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const position = rest % shape[axis]!;
    rest = Math.floor(rest / shape[axis]!);
    const size = operand[operand.length - shape.length + axis] ?? 1;
    if (size !== 1) offset += position * stride;
    stride *= size;
  }
  return offset;
}

/** A two-dimensional operand with its axes swapped. */
export function transpose(constant: Constant): Constant {
  const [rows = 1, columns = 1] = constant.shape;
  if (constant.shape.length !== 2) return constant;
  const values = constant.values.map((_, index) => {
    const column = index % rows;
    return constant.values[column * columns + Math.floor(index / rows)]!;
  });
  return { ...constant, shape: [columns, rows], values };
}
