import { defined } from '../../base/defined.ts';
import { broadcastShape, elementCount } from '../../base/shape.ts';
import { permuteAxes } from '../permute.ts';
import { valueAt } from '../tensor.ts';
import type { Constant } from './float-graph.ts';

/** One number as FINN stores a scalar operand. */
export function scalar(value: number): Constant {
  return { shape: [], values: Float32Array.of(value), datatype: 'FLOAT32' };
}

/** The only value of an operand. */
export function scalarValue({ values }: Constant): number {
  return defined(values[0], 'a constant has at least one value');
}

/** An operand of one value and at most one axis, in the form in which FINN stores a scalar; any other operand unchanged. */
export function withoutSingleAxis(constant: Constant): Constant {
  const [extent = 1, ...more] = constant.shape;
  return extent === 1 && more.length === 0 ? scalar(scalarValue(constant)) : constant;
}

/** Whether every dimension is 1, so that the operand applies equally to all elements. */
export function isScalar({ shape }: Constant): boolean {
  return shape.every((size) => size === 1);
}

/** Whether exactly one dimension is larger than 1. */
export function isVector({ shape }: Constant): boolean {
  return shape.filter((size) => size > 1).length === 1;
}

/** The operand with each value changed and rounded to float32; its datatype is then FLOAT32. */
export function mapConstant(constant: Constant, change: (value: number) => number): Constant {
  return { shape: constant.shape, values: constant.values.map(change), datatype: 'FLOAT32' };
}

/** Element by element with numpy's broadcasting, rounded to float32; null if the shapes do not fit. */
export function combine(
  left: Constant,
  right: Constant,
  operation: (left: number, right: number) => number,
): Constant | null {
  const shape = broadcastShape(left.shape, right.shape);
  if (!shape) return null;
  const values = new Float32Array(elementCount(shape));
  const run = commonRun(shape, [left.shape, right.shape]);
  const [leftStep, rightStep] = [left.shape, right.shape].map((each) =>
    elementCount(each.slice(each.length - run.axes)) === run.length && run.length > 1 ? 1 : 0,
  ) as [number, number];
  for (let start = 0; start < values.length; start += run.length) {
    let from = broadcastIndex(start, shape, left.shape);
    let beside = broadcastIndex(start, shape, right.shape);
    for (let index = start; index < start + run.length; index++, from += leftStep, beside += rightStep)
      values[index] = operation(valueAt(left.values, from), valueAt(right.values, beside));
  }
  return { shape, values, datatype: 'FLOAT32' };
}

/** The last axes along which every operand is either complete or stretched, and their number of elements. */
function commonRun(
  shape: readonly number[],
  operands: readonly (readonly number[])[],
): { readonly axes: number; readonly length: number } {
  const isWhole = (operand: readonly number[], axes: number): boolean | null => {
    const last = shape.slice(shape.length - axes);
    const own = last.map((_, axis) => operand[operand.length - axes + axis] ?? 1);
    if (own.every((size, axis) => size === last[axis])) return true;
    return own.every((size) => size === 1) ? false : null;
  };
  let axes = 0;
  while (axes < shape.length && operands.every((operand) => isWhole(operand, axes + 1) !== null)) axes++;
  return { axes, length: elementCount(shape.slice(shape.length - axes)) };
}

/** The index, in an operand that is stretched to `shape`, of the element that meets element `index` of that shape. */
export function broadcastIndex(index: number, shape: readonly number[], operand: readonly number[]): number {
  let rest = index;
  let offset = 0;
  let stride = 1;
  for (const [fromEnd, extent] of shape.toReversed().entries()) {
    const position = rest % extent;
    rest = Math.floor(rest / extent);
    const size = operand.at(-1 - fromEnd) ?? 1;
    if (size !== 1) offset += position * stride;
    stride *= size;
  }
  return offset;
}

/** A two-dimensional operand with its axes swapped. */
export function transpose(constant: Constant): Constant {
  const [rows = 1, columns = 1] = constant.shape;
  if (constant.shape.length !== 2) return constant;
  const values = new Float32Array(constant.values.length);
  // In blocks that fit the cache, since matrices have millions of weights.
  for (let top = 0; top < rows; top += block)
    for (let left = 0; left < columns; left += block)
      for (let row = top; row < Math.min(top + block, rows); row++)
        for (let column = left; column < Math.min(left + block, columns); column++)
          values[column * rows + row] = valueAt(constant.values, row * columns + column);
  return { ...constant, shape: [columns, rows], values };
}

const block = 32;

/** The operand with its axes in another order. */
export function reordered(constant: Constant, perm: readonly number[]): Constant {
  const values = new Float32Array(constant.values.length);
  return { ...constant, shape: permuteAxes(constant.shape, constant.values, perm, values), values };
}
