import { Refusal } from '../base/refusal.ts';
import type { Fit, Size } from '../images/fit.ts';
import { fitted } from '../images/fit.ts';
import type { Channels, Picture } from '../images/picture.ts';
import type { SourcedArray } from '../stages/shared/array-file.ts';
import type { Host } from '../stages/shared/host.ts';

type Input = Host['part']['input'];

/** How the pixels of a picture become the input of a network. */
export interface Pixels extends Size {
  readonly channels: Channels;
  /** The place of the channels in the shape. */
  readonly order: 'NCHW' | 'NHWC';
  /** Bytes are divided by this; null for a network that takes integers. */
  readonly divisor: number | null;
}

/**
 * The pixels that a network takes. Refuses one whose input is not a picture of one or three channels, a network that takes floats
 * without a divisor, and one that takes integers with it.
 */
export function pixelsOf({ shape, datatype }: Input, name: string, divisor: number | null): Pixels {
  const layout = layoutOf(shape);
  if (layout === null)
    throw new Refusal(
      'images/no-picture',
      `${name} is a picture, but the network takes values of shape [${shape.join(', ')}]`,
      'save the input as a .npy file of this shape',
    );
  const takesFloats = datatype === 'FLOAT32';
  if (takesFloats && divisor === null)
    throw new Refusal(
      'usage/no-divisor',
      `the network takes floats, and nothing says how the bytes of ${name} become floats`,
      'use --divide-by 255 for values from 0 to 1, or --divide-by 1 for bytes; save anything else as a .npy file',
    );
  if (!takesFloats && divisor !== null)
    throw new Refusal(
      'usage/divisor',
      `--divide-by makes floats, but the network takes integers (${datatype})`,
      'leave it out',
    );
  return { ...layout, divisor };
}

/** The array of one picture, brought to the size of the network by what is declared, and by nothing else. */
export function arrayOf(
  picture: Picture,
  { shape }: Input,
  pixels: Pixels,
  fit: Fit,
  name: string,
): SourcedArray {
  const { width, height, samples, channels } = fitted(picture, fit, name);
  if (width !== pixels.width || height !== pixels.height)
    throw new Refusal(
      'images/wrong-size',
      `${name} has ${width}×${height} pixels${isNothing(fit) ? '' : ' after --resize and --crop'}, but the network takes ${pixels.width}×${pixels.height}`,
      `declare how to fit it: --resize ${Math.max(pixels.width, pixels.height)} --crop ${pixels.width}x${pixels.height} keeps its proportions, --resize ${pixels.width}x${pixels.height} does not`,
    );
  const ordered = pixels.order === 'NHWC' ? samples : channelsFirst(samples, channels);
  const { divisor } = pixels;
  const values = divisor === null ? ordered : Float32Array.from(ordered, (byte) => byte / divisor);
  return { shape: [1, ...shape.slice(1)], values, source: { name } };
}

/** ONNX puts the channels first; where both ends could be channels, they are. */
function layoutOf(shape: readonly number[]): Omit<Pixels, 'divisor'> | null {
  const [batch, first = 0, second = 0, third = 0] = shape;
  if (shape.length !== 4 || batch !== 1) return null;
  if (isChannels(first)) return { order: 'NCHW', channels: first, height: second, width: third };
  if (isChannels(third)) return { order: 'NHWC', channels: third, height: first, width: second };
  return null;
}

function isChannels(extent: number): extent is Channels {
  return extent === 1 || extent === 3;
}

function isNothing({ resize, crop }: Fit): boolean {
  return resize === null && crop === null;
}

function channelsFirst(samples: Uint8Array, channels: number): Uint8Array {
  const pixels = samples.length / channels;
  const planes = new Uint8Array(samples.length);
  for (let channel = 0; channel < channels; channel++)
    for (let pixel = 0; pixel < pixels; pixel++)
      planes[channel * pixels + pixel] = samples[pixel * channels + channel] ?? 0;
  return planes;
}
