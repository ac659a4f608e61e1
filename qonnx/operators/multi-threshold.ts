import { elementCount } from '../../base/shape.ts';
import { floatAttribute, textAttribute } from './attributes.ts';
import { badOperand, numbersAt, only, operandAt } from './operator.ts';
import type { Call, Operator } from './operator.ts';
import { filled } from './values.ts';

/**
 * QONNX's MultiThreshold: how many thresholds of its channel a value reaches, scaled and moved. The layout names the axis of
 * the channels; without it, as in qonnx 1.0.0, it is the last one of three and otherwise the second.
 */
export const multiThreshold: Operator = (call) => {
  const { elementType, shape } = operandAt(call, 0);
  const [rows = 0, count = 0] = operandAt(call, 1).shape;
  const axis = channelAxis(call, shape.length);
  const channels = shape[axis] ?? 0;
  if (rows !== 1 && rows !== channels)
    throw badOperand(call, `has thresholds for ${rows} channels, not ${channels}`);
  const [scale, bias] = [floatAttribute(call, 'out_scale', 1), floatAttribute(call, 'out_bias', 0)];
  return only(call, elementType, shape, () => {
    const [values, thresholds] = [numbersAt(call, 0), numbersAt(call, 1)];
    const inner = elementCount(shape.slice(axis + 1));
    return filled(elementType, values.length, (index) => {
      const value = values[index] ?? 0;
      const first = rows === 1 ? 0 : (Math.floor(index / inner) % channels) * count;
      let reached = 0;
      for (let at = first; at < first + count; at++) if (value >= (thresholds[at] ?? 0)) reached++;
      return Math.fround(scale * reached) + bias;
    });
  });
};

function channelAxis(call: Call, rank: number): number {
  const layout = textAttribute(call, 'data_layout', '') || (rank === 3 ? 'NWC' : 'NC');
  const axis = layout.indexOf('C');
  return axis === -1 ? 1 : axis;
}
