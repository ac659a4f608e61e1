import { elementCount } from '../../base/shape.ts';
import { Refusal } from '../../base/refusal.ts';
import type { ElementType, OnnxNode, TensorValues } from '../../onnx/model.ts';
import { numbersOf } from './values.ts';
import type { NumberValues } from './values.ts';

/**
 * A tensor at an input or output of an operator. Its values are computed when they are first asked for, and must not be changed,
 * since several tensors may share them.
 */
export interface Operand {
  readonly elementType: ElementType;
  readonly shape: readonly number[];
  readonly values: () => TensorValues;
}

/** A node with the tensors at its inputs, null for one that is omitted, and the version of the operator set that it is from. */
export interface Call {
  readonly node: OnnxNode;
  readonly version: number;
  readonly operands: readonly (Operand | null)[];
}

/**
 * What a node makes. Types and shapes are known at once and read the values only of those operands on which the shape depends,
 * such as that of a Reshape, so that the shapes of a network follow without its data.
 */
export type Operator = (call: Call) => readonly Operand[];

/** The operators of one family by their names. */
export interface Operators {
  readonly [opType: string]: Operator;
}

/** The single output of most operators. */
export function only(
  call: Call,
  elementType: ElementType,
  shape: readonly number[],
  compute: () => TensorValues,
): readonly [Operand] {
  return [output(call, elementType, shape, compute)];
}

/** One output of an operator; refuses a shape that `checkShape` does. */
export function output(
  call: Call,
  elementType: ElementType,
  shape: readonly number[],
  compute: () => TensorValues,
): Operand {
  checkShape(call, shape);
  return { elementType, shape, values: once(compute) };
}

/** Refuses a shape that no tensor can have, and one of more than 2^28 elements. */
export function checkShape(call: Call, shape: readonly number[]): void {
  if (!shape.every((extent) => Number.isSafeInteger(extent) && extent >= 0) || elementCount(shape) > 2 ** 28)
    throw badOperand(call, `would make a tensor of shape [${shape.join(', ')}]`);
}

/** A function that computes at its first call and remembers the result. */
export function once<T>(compute: () => T): () => T {
  let result: { readonly value: T } | null = null;
  return () => (result ??= { value: compute() }).value;
}

/** The operand at an input; refuses one that is missing. */
export function operandAt(call: Call, index: number): Operand {
  const operand = call.operands[index];
  if (operand) return operand;
  throw badOperand(call, `has nothing at input ${index}`);
}

/** The values at an input as numbers. */
export function numbersAt(call: Call, index: number): NumberValues {
  return numbersOf(operandAt(call, index).values());
}

/** The values at an input as a list, such as a shape, or null if it is omitted; whole numbers are exact up to 2^53. */
export function listAt(call: Call, index: number): readonly number[] | null {
  return call.operands[index] ? Array.from(numbersAt(call, index)) : null;
}

/** The only value at an input, or what holds if it is omitted. */
export function numberAt<Absent>(call: Call, index: number, absent: Absent): number | Absent {
  const values = listAt(call, index);
  if (values === null) return absent;
  const [value] = values;
  if (value !== undefined && values.length === 1) return value;
  throw badOperand(call, `has ${values.length} values at input ${index}, where one is expected`);
}

/** An axis counted from the front; refuses one that a tensor of this rank does not have. */
export function axisOf(call: Call, axis: number, rank: number): number {
  const counted = axis < 0 ? axis + rank : axis;
  if (Number.isInteger(counted) && counted >= 0 && counted < rank) return counted;
  throw badOperand(call, `works along axis ${axis} of a tensor with ${rank} axes`);
}

/** An operator is supported, but not in this form (`qonnx/unsupported-form`). `what` continues the name of the node. */
export function unsupportedForm({ node }: Call, what: string, hint: string): Refusal {
  return new Refusal('qonnx/unsupported-form', `${labelOf(node)} ${what}`, hint);
}

/** The tensors at a node's inputs do not fit the node or each other (`qonnx/bad-operand`). `what` continues its name. */
export function badOperand({ node }: Call, what: string): Refusal {
  return new Refusal('qonnx/bad-operand', `${labelOf(node)} ${what}`, 'export the model again');
}

/** A node as messages name it: its name, or its first output, and its operator. */
export function labelOf({ name, outputs, opType }: OnnxNode): string {
  return `${name || (outputs[0] ?? '')} (${opType})`;
}
