import { integerAttribute, integersAttribute } from './attributes.ts';
import { commonShape } from './elementwise.ts';
import { axisOf, badOperand, listAt, numbersAt, only, operandAt } from './operator.ts';
import type { Call, Operand, Operator, Operators } from './operator.ts';
import { positionsOf, stretchedPositions } from './positions.ts';
import { picked, place } from './values.ts';
import { selected, viewed } from './views.ts';

/** Operators that select some values of tensors. */
export const selections: Operators = { Gather: gather, Slice: slice, Where: where };

/** The parts of a tensor at the given places of an axis; negative places count from the end. */
function gather(call: Call): ReturnType<Operator> {
  const { shape } = operandAt(call, 0);
  const axis = axisOf(call, integerAttribute(call, 'axis', 0), shape.length);
  const extent = shape[axis] ?? 0;
  const places = operandAt(call, 1).shape;
  const result = [...shape.slice(0, axis), ...places, ...shape.slice(axis + 1)];
  const { elementType, values } = operandAt(call, 0);
  return only(call, elementType, result, () => {
    const indices = Array.from(numbersAt(call, 1), (index) => (index < 0 ? index + extent : index));
    const wrong = indices.find((index) => !(index >= 0 && index < extent));
    if (wrong !== undefined) throw badOperand(call, `selects place ${wrong} of ${extent}`);
    return picked(values(), positionsOf(selected(shape, new Map([[axis, indices]]))));
  });
}

/** Bounds are attributes, since version 10 inputs. */
function slice(call: Call): ReturnType<Operator> {
  const { shape } = operandAt(call, 0);
  const isOld = call.version < 10;
  const part = (name: string, index: number): readonly number[] | null =>
    isOld ? integersAttribute(call, name, null) : listAt(call, index);
  const [starts, ends] = [part('starts', 1), part('ends', 2)];
  if (starts === null || ends?.length !== starts.length)
    throw badOperand(call, 'has no starts and ends that belong together');
  const axes = part('axes', 3) ?? [...starts.keys()];
  const strides = isOld ? null : listAt(call, 4);
  const coordinates = starts.map((start, index) => {
    const axis = axisOf(call, axes[index] ?? -1, shape.length);
    const stride = strides?.[index] ?? 1;
    if (stride === 0) throw badOperand(call, 'has a step of 0');
    return [axis, range(shape[axis] ?? 0, start, ends[index] ?? 0, stride)] as const;
  });
  return viewed(call, selected(shape, new Map(coordinates)));
}

/** The coordinates from a start up to, but without, an end, as ONNX clamps them. */
function range(extent: number, start: number, end: number, stride: number): readonly number[] {
  const clamped = (value: number, lowest: number, highest: number): number =>
    Math.max(lowest, Math.min(highest, value < 0 ? value + extent : value));
  const [first, last] =
    stride > 0
      ? [clamped(start, 0, extent), clamped(end, 0, extent)]
      : [clamped(start, 0, extent - 1), clamped(end, -1, extent - 1)];
  const count = Math.max(0, Math.ceil((last - first) / stride));
  return Array.from({ length: count }, (_, index) => first + index * stride);
}

/** Each value from the second or the third tensor, as the first one says. */
function where(call: Call): ReturnType<Operator> {
  const [condition, chosen, other] = [operandAt(call, 0), operandAt(call, 1), operandAt(call, 2)];
  const shape = commonShape(call, [condition.shape, chosen.shape, other.shape]);
  return only(call, chosen.elementType, shape, () => {
    const at = (operand: Operand): Int32Array => stretchedPositions(operand.shape, shape);
    const flags = picked(condition.values(), at(condition));
    const places = at(other)
      .map((_, index) => index)
      .filter((index) => Boolean(flags[index]));
    const result = picked(other.values(), at(other));
    const positions = at(chosen);
    place(
      result,
      places,
      picked(
        chosen.values(),
        places.map((index) => positions[index] ?? 0),
      ),
    );
    return result;
  });
}
