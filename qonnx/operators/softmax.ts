import { integerAttribute } from './attributes.ts';
import { axisOf, numbersAt, only, operandAt } from './operator.ts';
import type { Operator, Operators } from './operator.ts';
import { linesAlong } from './positions.ts';
import { emptyValues } from './values.ts';
import type { NumberValues } from './values.ts';

/** Softmax and its logarithm; `value` is relative to the greatest of its line, `sum` is that of their exponentials. */
export const softmaxes: Operators = {
  LogSoftmax: softmax((value, sum) => value - Math.log(sum)),
  Softmax: softmax((value, sum) => Math.exp(value) / sum),
};

/** Before version 13, all axes from the stated one on are one line. */
function softmax(share: (value: number, sum: number) => number): Operator {
  return (call) => {
    const { elementType, shape } = operandAt(call, 0);
    const isOld = call.version < 13;
    const first = axisOf(call, integerAttribute(call, 'axis', isOld ? 1 : -1), shape.length);
    const axes = isOld ? [...shape.keys()].slice(first) : [first];
    return only(call, elementType, shape, () => {
      const values = numbersAt(call, 0);
      const shares = emptyValues(elementType, values.length) as NumberValues;
      const { starts, offsets } = linesAlong(shape, axes);
      for (const start of starts) {
        let greatest = -Infinity;
        for (const offset of offsets) greatest = Math.max(greatest, values[start + offset] ?? 0);
        let sum = 0;
        for (const offset of offsets) sum += Math.exp((values[start + offset] ?? 0) - greatest);
        for (const offset of offsets)
          shares[start + offset] = share((values[start + offset] ?? 0) - greatest, sum);
      }
      return shares;
    });
  };
}
