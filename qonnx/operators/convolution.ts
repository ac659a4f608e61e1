import { elementCount } from '../../base/shape.ts';
import { integerAttribute, integersAttribute } from './attributes.ts';
import { badOperand, numbersAt, only, operandAt } from './operator.ts';
import type { Call, Operator } from './operator.ts';
import { rowProducts } from './row-products.ts';
import { emptyValues } from './values.ts';
import type { NumberValues } from './values.ts';
import { windowOf } from './window.ts';
import type { Plane, WindowAxis } from './window.ts';

/** A convolution of one or two spatial axes, with groups; sums are in float64. */
export const convolution: Operator = (call) => {
  const { elementType, shape } = operandAt(call, 0);
  const weights = operandAt(call, 1).shape;
  const [batch = 1, channels = 0, ...sizes] = shape;
  const [outputs = 0, perGroup = 0, ...kernel] = weights;
  const groups = integerAttribute(call, 'group', 1);
  if (
    weights.length !== shape.length ||
    groups < 1 ||
    perGroup * groups !== channels ||
    outputs % groups !== 0
  )
    throw badOperand(
      call,
      `has weights of shape [${weights.join(', ')}] in ${groups} groups for a tensor of shape [${shape.join(', ')}]`,
    );
  checkBias(call, outputs);
  if (integersAttribute(call, 'kernel_shape', kernel).join() !== kernel.join())
    throw badOperand(call, `has weights of shape [${weights.join(', ')}] and another kernel_shape`);
  const window = windowOf(call, sizes, kernel);
  const places = window.slice(2 - sizes.length).map(({ output }) => output);
  return only(call, elementType, [batch, outputs, ...places], () => {
    const images = numbersAt(call, 0);
    const factors = Float64Array.from(numbersAt(call, 1));
    const bias = call.operands[2] ? numbersAt(call, 2) : null;
    const pixels = elementCount(places);
    const result = emptyValues(elementType, batch * outputs * pixels) as NumberValues;
    const [depth, perOutput] = [perGroup * elementCount(kernel), outputs / groups];
    for (let part = 0; part < batch * groups; part++) {
      const group = part % groups;
      const rows = factors.subarray(group * perOutput * depth, (group + 1) * perOutput * depth);
      // As many pixels at a time as fit into a few megabytes.
      const count = Math.max(1, Math.min(pixels, Math.floor(2 ** 20 / depth)));
      for (let from = 0; from < pixels; from += count) {
        const columns = Math.min(count, pixels - from);
        const patches = patchesOf(images, part * perGroup, perGroup, window, from, columns);
        const sums = rowProducts(rows, patches, depth, perOutput, columns);
        for (let row = 0, at = 0; row < perOutput; row++) {
          const channel = group * perOutput + row;
          const start = (part * perOutput + row) * pixels + from;
          const added = bias?.[channel] ?? 0;
          for (let column = 0; column < columns; column++, at++)
            result[start + column] = (sums[at] ?? 0) + added;
        }
      }
    }
    return result;
  });
};

/** Refuses a bias at input 2 that has not one value per output. */
export function checkBias(call: Call, outputs: number): void {
  const bias = call.operands[2];
  if (bias && elementCount(bias.shape) !== outputs)
    throw badOperand(call, `has a bias of shape [${bias.shape.join(', ')}] for ${outputs} outputs`);
}

/** The elements below the kernel at `count` places from the given one on, place by place, in the order of the weights. */
function patchesOf(
  images: NumberValues,
  firstChannel: number,
  channels: number,
  [rows, columns]: Plane<WindowAxis>,
  from: number,
  count: number,
): Float64Array {
  const patches = new Float64Array(count * channels * rows.kernel * columns.kernel);
  const size = rows.size * columns.size;
  let to = 0;
  for (let place = from; place < from + count; place++) {
    const top = Math.floor(place / columns.output) * rows.stride - rows.begin;
    const left = (place % columns.output) * columns.stride - columns.begin;
    for (let channel = firstChannel; channel < firstChannel + channels; channel++)
      for (let tap = 0, row = top; tap < rows.kernel; tap++, row += rows.dilation) {
        if (row < 0 || row >= rows.size) {
          to += columns.kernel;
          continue;
        }
        const start = channel * size + row * columns.size;
        for (let index = 0, column = left; index < columns.kernel; index++, column += columns.dilation, to++)
          if (column >= 0 && column < columns.size) patches[to] = images[start + column] ?? 0;
      }
  }
  return patches;
}
