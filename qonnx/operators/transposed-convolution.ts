import { elementCount } from '../../base/shape.ts';
import { integerAttribute, integersAttribute } from './attributes.ts';
import { checkBias } from './convolution.ts';
import { badOperand, numbersAt, only, operandAt, unsupportedForm } from './operator.ts';
import type { Call, Operator } from './operator.ts';
import { filled } from './values.ts';
import type { NumberValues } from './values.ts';
import { planar, windowAttributes } from './window.ts';
import type { Plane } from './window.ts';

/** A transposed convolution of one or two spatial axes, with groups; sums are in float64. */
export const transposedConvolution: Operator = (call) => {
  const { elementType, shape } = operandAt(call, 0);
  const weights = operandAt(call, 1).shape;
  const [batch = 1, channels = 0, ...sizes] = shape;
  const [inputs = 0, perOutput = 0, ...kernel] = weights;
  const groups = integerAttribute(call, 'group', 1);
  if (weights.length !== shape.length || inputs !== channels || groups < 1 || channels % groups !== 0)
    throw badOperand(
      call,
      `has weights of shape [${weights.join(', ')}] in ${groups} groups for a tensor of shape [${shape.join(', ')}]`,
    );
  const outputs = perOutput * groups;
  checkBias(call, outputs);
  const spread = spreadOf(call, sizes, kernel);
  const places = spread.slice(2 - sizes.length).map(({ output }) => output);
  return only(call, elementType, [batch, outputs, ...places], () => {
    const [images, factors] = [numbersAt(call, 0), numbersAt(call, 1)];
    const bias = call.operands[2] ? numbersAt(call, 2) : null;
    const pixels = elementCount(places);
    const sums = new Float64Array(batch * outputs * pixels);
    const perInput = channels / groups;
    for (let image = 0; image < batch * channels; image++) {
      const channel = image % channels;
      const group = Math.floor(channel / perInput);
      const first = Math.floor(image / channels) * outputs + group * perOutput;
      for (let output = 0; output < perOutput; output++)
        addSpread(
          sums,
          (first + output) * pixels,
          images,
          image,
          factors,
          channel * perOutput + output,
          spread,
        );
    }
    return filled(
      elementType,
      sums.length,
      (index) => (sums[index] ?? 0) + (bias?.[Math.floor(index / pixels) % outputs] ?? 0),
    );
  });
};

/** How each element of an image is spread along one axis of the output. */
interface Spread {
  readonly size: number;
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly begin: number;
  readonly output: number;
}

function spreadOf(call: Call, sizes: readonly number[], kernel: readonly number[]): Plane<Spread> {
  const { strides, dilations, pads, automatic } = windowAttributes(call, sizes, kernel);
  if (automatic !== 'NOTSET' || call.node.attributes.has('output_shape'))
    throw unsupportedForm(
      call,
      'computes its padding itself',
      'export it with explicit pads and output_padding',
    );
  const extra = integersAttribute(call, 'output_padding', []);
  const axes = sizes.map((size, axis): Spread => {
    const [taps, stride, dilation] = [kernel[axis] ?? 1, strides[axis] ?? 1, dilations[axis] ?? 1];
    const [begin, end] = [pads[axis] ?? 0, pads[axis + sizes.length] ?? 0];
    const output = stride * (size - 1) + (extra[axis] ?? 0) + dilation * (taps - 1) + 1 - begin - end;
    return { size, kernel: taps, stride, dilation, begin, output };
  });
  return planar(axes, { size: 1, kernel: 1, stride: 1, dilation: 1, begin: 0, output: 1 });
}

function addSpread(
  sums: Float64Array,
  at: number,
  images: NumberValues,
  image: number,
  factors: NumberValues,
  filter: number,
  [rows, columns]: Plane<Spread>,
): void {
  for (let row = 0; row < rows.size; row++)
    for (let column = 0; column < columns.size; column++) {
      const value = images[(image * rows.size + row) * columns.size + column] ?? 0;
      for (let down = 0; down < rows.kernel; down++) {
        const y = row * rows.stride + down * rows.dilation - rows.begin;
        if (y < 0 || y >= rows.output) continue;
        for (let right = 0; right < columns.kernel; right++) {
          const x = column * columns.stride + right * columns.dilation - columns.begin;
          if (x < 0 || x >= columns.output) continue;
          const factor = factors[(filter * rows.kernel + down) * columns.kernel + right] ?? 0;
          const to = at + y * columns.output + x;
          sums[to] = (sums[to] ?? 0) + value * factor;
        }
      }
    }
}
