import { floatAttribute, textAttribute } from './attributes.ts';
import { binary, mapped, unary } from './elementwise.ts';
import { erf } from './erf.ts';
import { numberAt, numbersAt, only, operandAt, unsupportedForm } from './operator.ts';
import type { Call, Operator, Operators } from './operator.ts';
import { filled } from './values.ts';

/** Activation functions, element by element. */
export const activations: Operators = {
  Clip: clip,
  Elu: (call) => {
    const alpha = floatAttribute(call, 'alpha', 1);
    return mapped(call, (value) => (value < 0 ? alpha * Math.expm1(value) : value));
  },
  Gelu: gelu,
  HardSigmoid: (call) => {
    const [alpha, beta] = [floatAttribute(call, 'alpha', 0.2), floatAttribute(call, 'beta', 0.5)];
    return mapped(call, (value) => hardSigmoid(alpha * value + beta));
  },
  HardSwish: unary((value) => value * hardSigmoid(value / 6 + 0.5)),
  LeakyRelu: (call) => {
    const alpha = floatAttribute(call, 'alpha', 0.01);
    return mapped(call, (value) => (value < 0 ? alpha * value : value));
  },
  Mish: unary((value) => value * Math.tanh(softplus(value))),
  PRelu: binary((value, slope) => (value < 0 ? slope * value : value)),
  Relu: unary((value) => (value < 0 ? 0 : value)),
  Selu: (call) => {
    const alpha = floatAttribute(call, 'alpha', 1.6732632423543772);
    const gamma = floatAttribute(call, 'gamma', 1.0507009873554805);
    return mapped(call, (value) => gamma * (value < 0 ? alpha * Math.expm1(value) : value));
  },
  Sigmoid: unary((value) => 1 / (1 + Math.exp(-value))),
  Softplus: unary(softplus),
  Softsign: unary((value) => value / (1 + Math.abs(value))),
  Tanh: unary(Math.tanh),
};

function hardSigmoid(value: number): number {
  return Math.max(0, Math.min(1, value));
}

/** The usual formula overflows for large values. */
function softplus(value: number): number {
  return Math.max(value, 0) + Math.log1p(Math.exp(-Math.abs(value)));
}

/** Before version 11, the bounds are attributes. */
function clip(call: Call): ReturnType<Operator> {
  const isOld = call.version < 11;
  const bound = (name: string, index: number): number | null =>
    isOld ? floatAttribute(call, name, null) : numberAt(call, index, null);
  const { elementType, shape } = operandAt(call, 0);
  return only(call, elementType, shape, () => {
    const values = numbersAt(call, 0);
    const [lowest, highest] = [bound('min', 1) ?? -Infinity, bound('max', 2) ?? Infinity];
    return filled(elementType, values.length, (index) =>
      Math.min(highest, Math.max(lowest, values[index] ?? 0)),
    );
  });
}

function gelu(call: Call): ReturnType<Operator> {
  switch (textAttribute(call, 'approximate', 'none')) {
    case 'none':
      return mapped(call, (value) => 0.5 * value * (1 + erf(value * Math.SQRT1_2)));
    case 'tanh':
      return mapped(
        call,
        (value) => 0.5 * value * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (value + 0.044715 * value ** 3))),
      );
    default:
      throw unsupportedForm(call, 'approximates in an unknown way', 'use none or tanh');
  }
}
