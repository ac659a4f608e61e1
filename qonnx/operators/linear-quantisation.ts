import { elementCount } from '../../base/shape.ts';
import { roundHalfEven } from '../../base/rounding.ts';
import type { ElementType } from '../../onnx/model.ts';
import { integerAttribute } from './attributes.ts';
import { axisOf, badOperand, numbersAt, only, operandAt, unsupportedForm } from './operator.ts';
import type { Call, Operators } from './operator.ts';
import { filled } from './values.ts';

/** ONNX's own quantisation to integers and back, with one scale or one per place of an axis. */
export const linearQuantisations: Operators = {
  DequantizeLinear: (call) => {
    const parameters = parametersOf(call);
    const { shape } = operandAt(call, 0);
    const { elementType } = operandAt(call, 1);
    return only(call, elementType, shape, () => {
      const values = numbersAt(call, 0);
      const at = parameters();
      return filled(elementType, values.length, (index) => {
        const { scale, zeroPoint } = at(index);
        return ((values[index] ?? 0) - zeroPoint) * scale;
      });
    });
  },
  QuantizeLinear: (call) => {
    const parameters = parametersOf(call);
    const { shape } = operandAt(call, 0);
    const elementType = call.operands[2]?.elementType ?? 'uint8';
    const [lowest, highest] = rangeOf(call, elementType);
    return only(call, elementType, shape, () => {
      const values = numbersAt(call, 0);
      const at = parameters();
      return filled(elementType, values.length, (index) => {
        const { scale, zeroPoint } = at(index);
        const value = Math.fround((values[index] ?? 0) / scale);
        return Math.max(lowest, Math.min(highest, roundHalfEven(value) + zeroPoint));
      });
    });
  },
};

interface Parameters {
  readonly scale: number;
  readonly zeroPoint: number;
}

function parametersOf(call: Call): () => (index: number) => Parameters {
  const { shape } = operandAt(call, 0);
  const scales = operandAt(call, 1).shape;
  const count = elementCount(scales);
  const axis = count === 1 ? 0 : axisOf(call, integerAttribute(call, 'axis', 1), shape.length);
  if (count !== 1 && (scales.length !== 1 || count !== shape[axis]))
    throw badOperand(
      call,
      `has scales of shape [${scales.join(', ')}] for a tensor of shape [${shape.join(', ')}]`,
    );
  const inner = elementCount(shape.slice(axis + 1));
  return () => {
    const factors = numbersAt(call, 1);
    const zeroPoints = call.operands[2] ? numbersAt(call, 2) : null;
    const all = Array.from(factors, (scale, place) => ({ scale, zeroPoint: zeroPoints?.[place] ?? 0 }));
    return (index) => all[count === 1 ? 0 : Math.floor(index / inner) % count] ?? { scale: 1, zeroPoint: 0 };
  };
}

function rangeOf(call: Call, type: ElementType): readonly [number, number] {
  switch (type) {
    case 'uint8':
      return [0, 255];
    case 'int8':
      return [-128, 127];
    case 'uint16':
      return [0, 65535];
    case 'int16':
      return [-32768, 32767];
    default:
      throw unsupportedForm(call, `quantises to ${type}`, 'use 8 or 16 bits');
  }
}
