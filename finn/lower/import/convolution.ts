import { unsupported } from '../refuse.ts';
import { addConstant } from './affine.ts';
import { scaleBehind, withBias } from './matmul.ts';
import type { ImportRule } from './source.ts';
import { activationAt, integerAttribute, outputOf, quantisedAt } from './source.ts';
import { windowOf } from './window.ts';

/**
 * A convolution with quantised weights; their scale follows as a Mul, then the bias as an Add (QONNX 1.0.0
 * `ExtractBiasFromConv`, FINN+ 1.6.1 `FoldQuantWeights`). All channels are in one group, or each is in its own.
 */
export const conv: ImportRule = (source) => {
  const input = activationAt(source, 0);
  const { integers, scale, layout, position } = quantisedAt(source, 1);
  if (integers.shape.length !== 4)
    throw unsupported(
      source,
      `has weights of shape [${integers.shape.join(', ')}]`,
      'use images of four dimensions; for one-dimensional data, make height or width 1',
    );
  const [outputs, , ...kernel] = integers.shape as readonly [number, number, number, number];
  const group = integerAttribute(source, 'group', 1);
  const depthwise = group === input.shape[1] && group === outputs;
  if (group !== 1 && !depthwise)
    throw unsupported(
      source,
      `has ${group} groups for ${input.shape[1] ?? 0} channels in and ${outputs} out`,
      'use one group, or one per channel with as many output as input channels; FINN supports no others',
    );
  if (scale.values.length !== 1 && scale.values.length !== outputs)
    throw unsupported(
      source,
      'has weights with several scales per output',
      'use one per tensor or per output channel',
    );
  const perOutput = scale.shape.length === 0 ? scale : { ...scale, shape: [1, scale.values.length, 1, 1] };
  const window = windowOf(source, kernel);
  const { name } = source;
  const output = outputOf(source);
  const common = {
    op: 'Conv',
    name,
    inputs: [input.tensor],
    weights: integers,
    layout,
    window,
    depthwise,
  } as const;
  if (!source.operands[2]) return scaleBehind({ ...common, output }, perOutput, position);
  const middle = `${output}:product`;
  return withBias(
    scaleBehind({ ...common, output: middle }, perOutput, position),
    addConstant(source, 2, middle, output, [1, outputs, 1, 1]),
  );
};
