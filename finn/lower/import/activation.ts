import { unsupported } from '../refuse.ts';
import type { ImportRule, ResolvedNode } from './source.ts';
import {
  activationAt,
  constantAt,
  floatAttribute,
  integerAttribute,
  numberAt,
  only,
  outputOf,
  placed,
} from './source.ts';

/** Batch normalisation with constant statistics. */
export const batchNormalization: ImportRule = (source) => {
  if (integerAttribute(source, 'training_mode', 0) !== 0)
    throw unsupported(source, 'is in training mode', 'export the model in evaluation mode');
  return only({
    op: 'BatchNormalization',
    ...placed(source),
    scale: constantAt(source, 1).values,
    bias: constantAt(source, 2).values,
    mean: constantAt(source, 3).values,
    variance: constantAt(source, 4).values,
    epsilon: floatAttribute(source, 'epsilon', 1e-5),
  });
};

export const relu: ImportRule = (source) => only({ op: 'Relu', ...placed(source) });

/** TopK: the indices of the largest values along the last axis; the values themselves must not be used. */
export const topK: ImportRule = (source) => {
  refuseOtherAxis(source, -1);
  if (integerAttribute(source, 'largest', 1) === 0)
    throw unsupported(source, 'selects the smallest values', 'use largest=1');
  return only({ op: 'TopK', ...placed(source, outputOf(source, 1)), k: numberAt(source, 1) });
};

/** The index of the largest value along the last axis, the first among equals: a TopK, without the axis unless keepdims. */
export const argMax: ImportRule = (source) => {
  refuseOtherAxis(source, 0);
  if (integerAttribute(source, 'select_last_index', 0) !== 0)
    throw unsupported(
      source,
      'selects the last of equal values',
      'use select_last_index=0; the hardware takes the first',
    );
  const { name, inputs, output } = placed(source);
  const top = { op: 'TopK', name, inputs, k: 1 } as const;
  if (integerAttribute(source, 'keepdims', 1) !== 0) return only({ ...top, output });
  const index = `${output}:index`;
  const shape = activationAt(source, 0).shape.slice(0, -1);
  return {
    nodes: [
      { ...top, output: index },
      { op: 'Reshape', name, inputs: [index], output, shape, host: true, rows: false },
    ],
    parts: [],
  };
};

function refuseOtherAxis(source: ResolvedNode, absent: number): void {
  const axis = integerAttribute(source, 'axis', absent);
  if (axis !== -1 && axis !== activationAt(source, 0).shape.length - 1)
    throw unsupported(source, `works along axis ${axis}`, 'use the last axis');
}
