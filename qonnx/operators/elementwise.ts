import { elementCount } from '../../base/shape.ts';
import type { ElementType } from '../../onnx/model.ts';
import { badOperand, numbersAt, only, operandAt } from './operator.ts';
import type { Call, Operand, Operator } from './operator.ts';
import { broadcastShape, stretchedPositions } from './positions.ts';
import { filled, numbersOf, picked } from './values.ts';
import type { NumberValues } from './values.ts';

/** An operator that computes each element from the one at the same place; the type stays the same. */
export function unary(compute: (value: number) => number): Operator {
  return (call) => mapped(call, compute);
}

/** The single output of a node that computes each element of input 0 in the same way; the type stays the same. */
export function mapped(call: Call, compute: (value: number) => number): readonly [Operand] {
  const { elementType, shape } = operandAt(call, 0);
  return only(call, elementType, shape, () => {
    const values = numbersAt(call, 0);
    return filled(elementType, values.length, (index) => compute(values[index] ?? 0));
  });
}

/** An operator on two tensors stretched to their common shape; the type is that of the first. */
export function binary(compute: (left: number, right: number) => number): Operator {
  return (call) =>
    combined(call, operandAt(call, 0).elementType, ([left, right]) => {
      const [first, second] = [left ?? [], right ?? []];
      return (index) => compute(first[index] ?? 0, second[index] ?? 0);
    });
}

/** As `binary`, with bools as result. */
export function comparison(compute: (left: number, right: number) => boolean): Operator {
  return (call) =>
    combined(call, 'bool', ([left, right]) => {
      const [first, second] = [left ?? [], right ?? []];
      return (index) => Number(compute(first[index] ?? 0, second[index] ?? 0));
    });
}

/** An operator on any number of tensors, of which it combines the first two, the result with the third, and so on. */
export function variadic(compute: (left: number, right: number) => number): Operator {
  return (call) =>
    combined(call, operandAt(call, 0).elementType, (stretched) => (index) => {
      let result = stretched[0]?.[index] ?? 0;
      for (let other = 1; other < stretched.length; other++)
        result = compute(result, stretched[other]?.[index] ?? 0);
      return result;
    });
}

/**
 * The single output of a node whose tensors are all stretched to their common shape: `combine` is given their numbers, and
 * returns the number at each index.
 */
export function combined(
  call: Call,
  elementType: ElementType,
  combine: (stretched: readonly NumberValues[]) => (index: number) => number,
): readonly [Operand] {
  const operands = call.operands.map((_, index) => operandAt(call, index));
  const shape = commonShape(
    call,
    operands.map((operand) => operand.shape),
  );
  return only(call, elementType, shape, () =>
    filled(
      elementType,
      elementCount(shape),
      combine(operands.map((operand) => stretchedNumbers(operand, shape))),
    ),
  );
}

/** The numbers of a tensor stretched to a shape. */
export function stretchedNumbers(operand: Operand, shape: readonly number[]): NumberValues {
  const values = numbersOf(operand.values());
  if (elementCount(operand.shape) === elementCount(shape)) return values;
  if (values.length === 1) return new Float64Array(elementCount(shape)).fill(values[0] ?? 0);
  return picked(values, stretchedPositions(operand.shape, shape)) as NumberValues;
}

/** The shape to which tensors of these shapes are stretched; refuses those that do not fit. */
export function commonShape(call: Call, shapes: readonly (readonly number[])[]): readonly number[] {
  const shape = broadcastShape(shapes);
  if (shape) return shape;
  throw badOperand(
    call,
    `combines tensors of shapes ${shapes.map((each) => `[${each.join(', ')}]`).join(' and ')}`,
  );
}
