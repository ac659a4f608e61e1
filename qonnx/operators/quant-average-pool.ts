import { elementCount } from '../../base/shape.ts';
import { roundHalfEven } from '../../base/rounding.ts';
import { integerAttribute, textAttribute } from './attributes.ts';
import { badOperand, numbersAt, only, operandAt } from './operator.ts';
import type { Operator } from './operator.ts';
import { stridesOf } from './positions.ts';
import { filled } from './values.ts';

/**
 * QONNX's QuantAvgPool2d: the sum of each window, shifted right by as many bits as the widest sum has more than the output
 * (qonnx 1.0.0 `get_shifts`).
 */
export const quantAveragePool: Operator = (call) => {
  const { elementType, shape } = operandAt(call, 0);
  const layout = textAttribute(call, 'data_layout', 'NCHW');
  const [down, across] = [layout.indexOf('H'), layout.indexOf('W')];
  const [height, width] = [shape[down] ?? 0, shape[across] ?? 0];
  const kernel = integerAttribute(call, 'kernel', 1);
  const stride = integerAttribute(call, 'stride', 1);
  if (shape.length !== 4 || kernel < 1 || stride < 1 || kernel > height || kernel > width)
    throw badOperand(
      call,
      `moves a window of ${kernel} × ${kernel} over a tensor of shape [${shape.join(', ')}]`,
    );
  const result = shape
    .with(down, Math.floor((height - kernel) / stride) + 1)
    .with(across, Math.floor((width - kernel) / stride) + 1);
  const widest = (2 ** integerAttribute(call, 'ibits', 1) - 1) * kernel ** 2;
  const shift = Math.max(0, widest.toString(2).length - integerAttribute(call, 'obits', 1));
  return only(call, elementType, result, () => {
    const values = numbersAt(call, 0);
    const [from, to] = [stridesOf(shape), stridesOf(result)];
    return filled(elementType, elementCount(result), (index) => {
      const start = result.reduce((sum, extent, axis) => {
        const coordinate = Math.floor(index / (to[axis] ?? 1)) % extent;
        return sum + coordinate * (axis === down || axis === across ? stride : 1) * (from[axis] ?? 0);
      }, 0);
      let sum = 0;
      for (let row = 0; row < kernel; row++)
        for (let column = 0; column < kernel; column++)
          sum += values[start + row * (from[down] ?? 0) + column * (from[across] ?? 0)] ?? 0;
      return Math.floor(roundHalfEven(sum) / 2 ** shift);
    });
  });
};
