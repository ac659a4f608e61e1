import { elementCount } from '../../base/shape.ts';
import { elementTypeOf } from '../../onnx/tensor.ts';
import { integerAttribute, integersAttribute } from './attributes.ts';
import {
  axisOf,
  badOperand,
  labelOf,
  listAt,
  numberAt,
  numbersAt,
  only,
  operandAt,
  output,
  unsupportedForm,
} from './operator.ts';
import type { Call, Operator, Operators } from './operator.ts';
import { filled } from './values.ts';

/** Operators that keep all values in their order, and those that state a shape. */
export const reshapings: Operators = {
  Cast: cast,
  Dropout: dropout,
  Flatten: (call) => {
    const { shape } = operandAt(call, 0);
    const axis = integerAttribute(call, 'axis', 1);
    const first = axis === shape.length ? axis : axisOf(call, axis, shape.length);
    return reshaped(call, [elementCount(shape.slice(0, first)), elementCount(shape.slice(first))]);
  },
  Identity: (call) => reshaped(call, operandAt(call, 0).shape),
  Reshape: reshape,
  Shape: (call) => {
    const { shape } = operandAt(call, 0);
    const part = shape.slice(integerAttribute(call, 'start', 0), integerAttribute(call, 'end', shape.length));
    return only(call, 'int64', [part.length], () => filled('int64', part.length, (axis) => part[axis] ?? 0));
  },
  Size: (call) => {
    const { shape } = operandAt(call, 0);
    return only(call, 'int64', [], () => filled('int64', 1, () => elementCount(shape)));
  },
  Squeeze: (call) => {
    const { shape } = operandAt(call, 0);
    const axes = axesOf(call)?.map((axis) => axisOf(call, axis, shape.length));
    if (axes?.some((axis) => shape[axis] !== 1))
      throw badOperand(call, `removes axes [${axes.join(', ')}] of a tensor of shape [${shape.join(', ')}]`);
    return reshaped(
      call,
      shape.filter((extent, axis) => (axes ? !axes.includes(axis) : extent !== 1)),
    );
  },
  Unsqueeze: (call) => {
    const { shape } = operandAt(call, 0);
    const stated = axesOf(call) ?? [];
    const rank = shape.length + stated.length;
    const axes = new Set(stated.map((axis) => axisOf(call, axis, rank)));
    if (axes.size !== stated.length)
      throw badOperand(call, `inserts axes [${stated.join(', ')}], one of them twice`);
    const others = shape[Symbol.iterator]();
    return reshaped(
      call,
      Array.from({ length: rank }, (_, axis) => (axes.has(axis) ? 1 : (others.next().value ?? 1))),
    );
  },
};

function reshaped(call: Call, shape: readonly number[]): ReturnType<Operator> {
  const { elementType, shape: before, values } = operandAt(call, 0);
  if (elementCount(before) !== elementCount(shape))
    throw badOperand(call, `reshapes [${before.join(', ')}] to [${shape.join(', ')}]`);
  return only(call, elementType, shape, values);
}

/** Before version 13, the axes are an attribute. */
function axesOf(call: Call): readonly number[] | null {
  return call.version < 13 ? integersAttribute(call, 'axes', null) : listAt(call, 1);
}

/** A size of 0 is that of the same axis before, and -1 what is left. */
function reshape(call: Call): ReturnType<Operator> {
  const { shape: before } = operandAt(call, 0);
  const stated = listAt(call, 1);
  if (stated === null) throw badOperand(call, 'has no shape');
  const isZeroKept = integerAttribute(call, 'allowzero', 0) !== 0;
  const sizes = stated.map((size, axis) => (size === 0 && !isZeroKept ? (before[axis] ?? 0) : size));
  const open = sizes.indexOf(-1);
  if (open === -1) return reshaped(call, sizes);
  const others = elementCount(sizes.toSpliced(open, 1));
  return reshaped(call, sizes.with(open, others === 0 ? 0 : elementCount(before) / others));
}

/** Floats are cut to integers; every value other than 0 is true. */
function cast(call: Call): ReturnType<Operator> {
  const { elementType: from, shape, values } = operandAt(call, 0);
  const elementType = elementTypeOf(integerAttribute(call, 'to', 0), labelOf(call.node));
  return only(call, elementType, shape, () => {
    if (from === elementType) return values();
    const numbers = numbersAt(call, 0);
    return elementType === 'bool'
      ? filled(elementType, numbers.length, (index) => Number(numbers[index] !== 0))
      : filled(elementType, numbers.length, (index) => numbers[index] ?? 0);
  });
}

/** Outside training, everything is kept; before version 12, there is no mask then. */
function dropout(call: Call): ReturnType<Operator> {
  if (numberAt(call, 2, 0) !== 0)
    throw unsupportedForm(call, 'is in training mode', 'export the model in evaluation mode');
  const { shape } = operandAt(call, 0);
  if (call.version < 12) return reshaped(call, shape);
  const mask = output(call, 'bool', shape, () => filled('bool', elementCount(shape), () => 1));
  return [...reshaped(call, shape), mask];
}
