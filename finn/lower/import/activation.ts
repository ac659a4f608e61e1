import { unsupported } from '../refuse.ts';
import {
  activationAt,
  constantAt,
  floatAttribute,
  integerAttribute,
  numberAt,
  only,
  type ImportRule,
  type Source,
} from './source.ts';

/** Batch normalisation with constant statistics. */
export const batchNormalization: ImportRule = (source) => {
  if (integerAttribute(source, 'training_mode', 0) !== 0)
    throw unsupported(source, 'is in training mode', 'export the model in evaluation mode');
  const [scale, bias, mean, variance] = [1, 2, 3, 4].map((index) => constantAt(source, index).values);
  return only({
    op: 'BatchNormalization',
    ...place(source, 0),
    scale: scale!,
    bias: bias!,
    mean: mean!,
    variance: variance!,
    epsilon: floatAttribute(source, 'epsilon', 1e-5),
  });
};

export const relu: ImportRule = (source) => only({ op: 'Relu', ...place(source, 0) });

/** The indices of the largest values along the last axis; the values themselves must not be used. */
export const topK: ImportRule = (source) => {
  const input = activationAt(source, 0);
  const axis = integerAttribute(source, 'axis', -1);
  if (axis !== -1 && axis !== input.shape.length - 1)
    throw unsupported(source, `works along axis ${axis}`, 'use the last axis');
  if (integerAttribute(source, 'largest', 1) === 0)
    throw unsupported(source, 'looks for the smallest values', 'use largest=1');
  return only({ op: 'TopK', ...place(source, 1), k: numberAt(source, 1) });
};

function place(source: Source, output: number): { name: string; inputs: readonly string[]; output: string } {
  return {
    name: source.name,
    inputs: [activationAt(source, 0).tensor],
    output: source.node.outputs[output] ?? '',
  };
}
