import { permuteAxes } from '../permute.ts';
import type { IntegerTensor, NumberArray } from '../tensor.ts';

/** What a quantiser of the user's network reads and makes. */
export interface Quantised {
  readonly input: NumberArray;
  readonly output: NumberArray;
  /** Of the output. */
  readonly shape: readonly number[];
  /** One, or one per channel. */
  readonly scale: NumberArray;
  readonly isBipolar: boolean;
}

/** How the integers of a layer agree with a quantiser. */
export interface Agreement {
  /** The layer's integers times the scale, in the order of the quantiser's output. */
  readonly values: Float32Array;
  /** How many differ by one step, because the value is next to the threshold between them. */
  readonly rounded: number;
  /** The place of the first that differs otherwise; null if none does. */
  readonly wrong: number | null;
}

/** How near to a threshold a value counts as rounded to its other side, relative to the threshold. */
const tolerance = 1e-5;

/** Compares the integers that a layer makes with what the quantiser makes of its own input. */
export function agreementOf(quantised: Quantised, layer: IntegerTensor): Agreement {
  const { shape } = quantised;
  const isImage = layer.shape.length === 4 && shape.length > 2;
  // A layer has the channels of an image last, a quantiser has them second; equal extents hide whether it is an image.
  if (!isImage || layer.shape.join() === shape.join()) {
    const asItIs = inOrder(quantised, layer.data);
    if (!isImage || asItIs.wrong === null) return asItIs;
  }
  return inOrder(quantised, channelsSecond(layer));
}

function inOrder({ input, output, shape, scale, isBipolar }: Quantised, integers: Int32Array): Agreement {
  const perChannel = scale.length === 1 ? output.length : channelSize(shape);
  const largest = isBipolar ? largestOf(input) : 0;
  const values = new Float32Array(output.length);
  let rounded = 0;
  let wrong: number | null = null;
  for (let index = 0; index < output.length; index++) {
    const step = scale[scale.length === 1 ? 0 : Math.floor(index / perChannel) % scale.length] ?? 1;
    const integer = integers[index] ?? NaN;
    values[index] = integer * step;
    const expected = Math.round((output[index] ?? 0) / step);
    if (expected === integer) continue;
    const threshold = isBipolar ? 0 : (Math.min(expected, integer) + 0.5) * step;
    const near = tolerance * (isBipolar ? largest : Math.max(Math.abs(threshold), step));
    const isNext = Math.abs(expected - integer) === (isBipolar ? 2 : 1);
    if (isNext && Math.abs((input[index] ?? 0) - threshold) <= near) rounded += 1;
    else wrong ??= index;
  }
  return { values, rounded, wrong };
}

function largestOf(values: NumberArray): number {
  let largest = 0;
  for (const value of values) largest = Math.max(largest, Math.abs(value));
  return largest;
}

/** Elements of a channel, which is the second axis. */
function channelSize(shape: readonly number[]): number {
  return shape.slice(2).reduce((count, extent) => count * extent, 1);
}

function channelsSecond({ shape, data }: IntegerTensor): Int32Array {
  const moved = new Int32Array(data.length);
  permuteAxes(shape, data, [0, 3, 1, 2], moved);
  return moved;
}
