import { elementCount } from '../../base/shape.ts';
import { floatAttribute, integerAttribute } from './attributes.ts';
import { stretchedNumbers } from './elementwise.ts';
import { axisOf, badOperand, numbersAt, once, only, operandAt, output, unsupportedForm } from './operator.ts';
import type { Call, Operator, Operators } from './operator.ts';
import { linesAlong } from './positions.ts';
import { filled } from './values.ts';
import type { NumberValues } from './values.ts';

/** Normalisations with the statistics of training or of the values themselves. */
export const normalisations: Operators = {
  BatchNormalization: batchNormalization,
  InstanceNormalization: instanceNormalization,
  LayerNormalization: layerNormalization,
};

/** Further outputs exist only in training. */
function batchNormalization(call: Call): ReturnType<Operator> {
  if (integerAttribute(call, 'training_mode', 0) !== 0)
    throw unsupportedForm(call, 'is in training mode', 'export the model in evaluation mode');
  if (integerAttribute(call, 'spatial', 1) === 0)
    throw unsupportedForm(call, 'has statistics per pixel', 'export it with statistics per channel');
  const { elementType, shape } = operandAt(call, 0);
  const channels = shape[1] ?? 1;
  for (const index of [1, 2, 3, 4])
    if (elementCount(operandAt(call, index).shape) !== channels)
      throw badOperand(call, `has other than ${channels} values at input ${index}`);
  const epsilon = floatAttribute(call, 'epsilon', 1e-5);
  return only(call, elementType, shape, () => {
    const [values, scale, bias, mean, variance] = [0, 1, 2, 3, 4].map((index) => numbersAt(call, index));
    const pixels = elementCount(shape.slice(2));
    const factors = Float64Array.from(
      scale ?? [],
      (each, channel) => each / Math.sqrt((variance?.[channel] ?? 0) + epsilon),
    );
    return filled(elementType, elementCount(shape), (index) => {
      const channel = Math.floor(index / pixels) % channels;
      return (
        ((values?.[index] ?? 0) - (mean?.[channel] ?? 0)) * (factors[channel] ?? 0) + (bias?.[channel] ?? 0)
      );
    });
  });
}

function instanceNormalization(call: Call): ReturnType<Operator> {
  const { elementType, shape } = operandAt(call, 0);
  const epsilon = floatAttribute(call, 'epsilon', 1e-5);
  const channels = shape[1] ?? 1;
  return only(call, elementType, shape, () => {
    const [scale, bias] = [numbersAt(call, 1), numbersAt(call, 2)];
    const { centred } = standardised(numbersAt(call, 0), shape, [...shape.keys()].slice(2), epsilon);
    const pixels = elementCount(shape.slice(2));
    return filled(elementType, centred.length, (index) => {
      const channel = Math.floor(index / pixels) % channels;
      return (centred[index] ?? 0) * (scale[channel] ?? 0) + (bias[channel] ?? 0);
    });
  });
}

/** The mean and the inverse deviation of each line are outputs too. */
function layerNormalization(call: Call): ReturnType<Operator> {
  const { elementType, shape } = operandAt(call, 0);
  const first = axisOf(call, integerAttribute(call, 'axis', -1), shape.length);
  const axes = [...shape.keys()].slice(first);
  const result = once(() =>
    standardised(numbersAt(call, 0), shape, axes, floatAttribute(call, 'epsilon', 1e-5)),
  );
  const perLine = shape.map((extent, axis) => (axis < first ? extent : 1));
  const statistic = (of: 'means' | 'inverseDeviations') =>
    output(call, elementType, perLine, () =>
      filled(elementType, elementCount(perLine), (line) => result()[of][line] ?? 0),
    );
  const normalised = output(call, elementType, shape, () => {
    const scale = stretchedNumbers(operandAt(call, 1), shape);
    const bias = call.operands[2] ? stretchedNumbers(call.operands[2], shape) : null;
    const { centred } = result();
    return filled(
      elementType,
      centred.length,
      (index) => (centred[index] ?? 0) * (scale[index] ?? 0) + (bias?.[index] ?? 0),
    );
  });
  return [normalised, statistic('means'), statistic('inverseDeviations')];
}

interface Standardised {
  readonly centred: Float64Array;
  readonly means: Float64Array;
  readonly inverseDeviations: Float64Array;
}

/** Every line along the axes with mean 0 and variance 1. */
function standardised(
  values: NumberValues,
  shape: readonly number[],
  axes: readonly number[],
  epsilon: number,
): Standardised {
  const { starts, offsets } = linesAlong(shape, axes);
  const centred = new Float64Array(values.length);
  const means = new Float64Array(starts.length);
  const inverseDeviations = new Float64Array(starts.length);
  for (const [line, start] of starts.entries()) {
    let sum = 0;
    for (const offset of offsets) sum += values[start + offset] ?? 0;
    const mean = sum / offsets.length;
    let squares = 0;
    for (const offset of offsets) squares += ((values[start + offset] ?? 0) - mean) ** 2;
    const inverse = 1 / Math.sqrt(squares / offsets.length + epsilon);
    for (const offset of offsets) centred[start + offset] = ((values[start + offset] ?? 0) - mean) * inverse;
    means[line] = mean;
    inverseDeviations[line] = inverse;
  }
  return { centred, means, inverseDeviations };
}
