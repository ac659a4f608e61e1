import { integerAttribute } from './attributes.ts';
import { axisOf, badOperand, numberAt, numbersAt, once, operandAt, output } from './operator.ts';
import type { Operator } from './operator.ts';
import { linesAlong } from './positions.ts';
import { filled, picked } from './values.ts';

/** The k greatest (or smallest) elements along an axis and their indices, in order; of equal ones, the first come first. */
export const topK: Operator = (call) => {
  const { elementType, shape, values } = operandAt(call, 0);
  const axis = axisOf(call, integerAttribute(call, 'axis', -1), shape.length);
  const extent = shape[axis] ?? 0;
  const count = call.version < 10 ? integerAttribute(call, 'k', null) : numberAt(call, 1, null);
  if (count === null || !(count >= 0 && count <= extent))
    throw badOperand(call, `selects ${count ?? 'an unknown number'} of ${extent} values`);
  const sign = integerAttribute(call, 'largest', 1) === 0 ? 1 : -1;
  const chosen = once(() => {
    const numbers = numbersAt(call, 0);
    const { starts, offsets } = linesAlong(shape, [axis]);
    return Array.from(starts, (start) => {
      const keys = Array.from(offsets, (offset) => sign * (numbers[start + offset] ?? 0));
      const order = [...keys.keys()].sort((left, right) => (keys[left] ?? 0) - (keys[right] ?? 0));
      return order.slice(0, count).map((index) => ({ index, position: start + (offsets[index] ?? 0) }));
    });
  });
  const result = shape.with(axis, count);
  // A line holds its results one after the other, the tensor along the axis.
  const inPlace = (): readonly Chosen[] => {
    const { starts, offsets } = linesAlong(result, [axis]);
    const placed: Chosen[] = [];
    for (const [line, start] of starts.entries())
      for (const [rank, offset] of offsets.entries()) {
        const item = chosen()[line]?.[rank];
        if (item) placed[start + offset] = item;
      }
    return placed;
  };
  return [
    output(call, elementType, result, () =>
      picked(
        values(),
        Int32Array.from(inPlace(), ({ position }) => position),
      ),
    ),
    output(call, 'int64', result, () => {
      const placed = inPlace();
      return filled('int64', placed.length, (at) => placed[at]?.index ?? 0);
    }),
  ];
};

interface Chosen {
  readonly index: number;
  readonly position: number;
}
