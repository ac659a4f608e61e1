import { elementCount } from '../../base/shape.ts';
import type { ElementType, OnnxTensor } from '../../onnx/model.ts';
import {
  floatAttribute,
  floatsAttribute,
  integerAttribute,
  integersAttribute,
  tensorAttribute,
} from './attributes.ts';
import { badOperand, listAt, numberAt, only, operandAt, unsupportedForm } from './operator.ts';
import type { Call, Operator, Operators } from './operator.ts';
import { filled, picked } from './values.ts';

/** Operators that make tensors of nothing but attributes, shapes and bounds. */
export const constants: Operators = {
  Constant: constant,
  ConstantOfShape: (call) => {
    const shape = listAt(call, 0) ?? [];
    const { elementType, values } = tensorAttribute(call, 'value', zero);
    return only(call, elementType, shape, () => picked(values, new Int32Array(elementCount(shape))));
  },
  Range: (call) => {
    const { elementType } = operandAt(call, 0);
    const [start, limit, step] = [0, 1, 2].map((index) => numberAt(call, index, 0)) as [
      number,
      number,
      number,
    ];
    if (step === 0) throw badOperand(call, 'counts in steps of 0');
    const count = Math.max(0, Math.ceil((limit - start) / step));
    return only(call, elementType, [count], () =>
      filled(elementType, count, (index) => start + index * step),
    );
  },
};

const zero: OnnxTensor = { elementType: 'float32', shape: [1], values: Float32Array.of(0) };

/** A constant in each form that its attribute may have. */
function constant(call: Call): ReturnType<Operator> {
  const value = tensorAttribute(call, 'value', null);
  if (value) return only(call, value.elementType, value.shape, () => value.values);
  const float = floatAttribute(call, 'value_float', null);
  if (float !== null) return listedValues(call, 'float32', [], [float]);
  const int = integerAttribute(call, 'value_int', null);
  if (int !== null) return listedValues(call, 'int64', [], [int]);
  const floats = floatsAttribute(call, 'value_floats', null);
  if (floats) return listedValues(call, 'float32', [floats.length], floats);
  const ints = integersAttribute(call, 'value_ints', null);
  if (ints) return listedValues(call, 'int64', [ints.length], ints);
  throw unsupportedForm(call, 'is a constant that holds no numbers', 'use a dense tensor of numbers');
}

function listedValues(
  call: Call,
  elementType: ElementType,
  shape: readonly number[],
  values: readonly number[],
): ReturnType<Operator> {
  return only(call, elementType, shape, () =>
    filled(elementType, values.length, (index) => values[index] ?? 0),
  );
}
