import { Refusal } from '../base/refusal.ts';
import type { Picture } from './picture.ts';
import { resize } from './resize.ts';

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** How a picture is brought to the size of the network; nothing that is not declared is done. */
export interface Fit {
  /** To this size or, if it is a number, to this length of the shorter side in pixels. */
  readonly resize: Size | number | null;
  /** Then this size is cut out of the middle. */
  readonly crop: Size | null;
}

/** Resizes, then crops; the longer side and the middle are rounded as torchvision does. Refuses a crop larger than the picture. */
export function fitted(picture: Picture, fit: Fit, name: string): Picture {
  const { width, height } = resizedTo(picture, fit.resize);
  const resized = resize(picture, width, height);
  return fit.crop === null ? resized : cropped(resized, fit.crop, name);
}

function resizedTo({ width, height }: Picture, to: Fit['resize']): Size {
  if (to === null) return { width, height };
  if (typeof to !== 'number') return to;
  return width <= height
    ? { width: to, height: Math.trunc((to * height) / width) }
    : { width: Math.trunc((to * width) / height), height: to };
}

function cropped(picture: Picture, { width, height }: Size, name: string): Picture {
  const { channels } = picture;
  if (width > picture.width || height > picture.height)
    throw new Refusal(
      'images/crop',
      `${name} has ${picture.width}×${picture.height} pixels, too few to crop ${width}×${height}`,
      'resize it first: --resize',
    );
  const left = halfToEven(picture.width - width);
  const top = halfToEven(picture.height - height);
  const samples = new Uint8Array(width * height * channels);
  for (let row = 0; row < height; row++) {
    const start = ((top + row) * picture.width + left) * channels;
    samples.set(picture.samples.subarray(start, start + width * channels), row * width * channels);
  }
  return { width, height, channels, samples };
}

/** Half of a whole number as Python rounds it: 0.5 becomes 0, and 1.5 becomes 2. */
function halfToEven(count: number): number {
  const lower = Math.floor(count / 2);
  return count % 2 === 1 && lower % 2 === 1 ? lower + 1 : lower;
}
