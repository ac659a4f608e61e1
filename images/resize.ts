import type { Picture } from './picture.ts';

/**
 * A picture of another size, equal to `resize(…, BILINEAR)` of Pillow up to 12.2: a triangle filter as wide as what a pixel
 * covers, in fixed point, along rows and then along columns (`ImagingResample` of Resample.c). Pillow 13.0 begins with the
 * columns if more rows than twice the columns go away, and then differs by 1 at most.
 */
export function resize(picture: Picture, width: number, height: number): Picture {
  return alongColumns(alongRows(picture, width), height);
}

function alongRows(picture: Picture, width: number): Picture {
  const { height, channels } = picture;
  if (width === picture.width) return picture;
  const samples = new Uint8Array(width * height * channels);
  const windows = windowsOf(picture.width, width);
  for (let row = 0; row < height; row++)
    for (const [column, window] of windows.entries())
      for (let channel = 0; channel < channels; channel++)
        samples[(row * width + column) * channels + channel] = weighted(
          picture.samples,
          (row * picture.width + window.start) * channels + channel,
          channels,
          window.weights,
        );
  return { ...picture, width, samples };
}

function alongColumns(picture: Picture, height: number): Picture {
  if (height === picture.height) return picture;
  const stride = picture.width * picture.channels;
  const samples = new Uint8Array(stride * height);
  for (const [row, { start, weights }] of windowsOf(picture.height, height).entries())
    for (let at = 0; at < stride; at++)
      samples[row * stride + at] = weighted(picture.samples, start * stride + at, stride, weights);
  return { ...picture, height, samples };
}

/** The samples that a new one is made of, from `start`, with their weights in fixed point. */
interface Window {
  readonly start: number;
  readonly weights: Int32Array;
}

/** The weights have as many bits as leave room for 8 bits of a sample, its sign and an overflow. */
const fractionBits = 32 - 8 - 2;

function windowsOf(from: number, to: number): readonly Window[] {
  const scale = from / to;
  const support = Math.max(scale, 1);
  return Array.from({ length: to }, (_, position) => {
    const center = (position + 0.5) * scale;
    const start = Math.max(0, Math.trunc(center - support + 0.5));
    const end = Math.min(from, Math.trunc(center + support + 0.5));
    const heights = Array.from({ length: end - start }, (_, tap) =>
      Math.max(0, 1 - Math.abs((tap + start - center + 0.5) * (1 / support))),
    );
    const sum = heights.reduce((all, height) => all + height, 0);
    return {
      start,
      weights: Int32Array.from(heights, (height) => Math.trunc(0.5 + (height / sum) * 2 ** fractionBits)),
    };
  });
}

function weighted(samples: Uint8Array, start: number, step: number, weights: Int32Array): number {
  let sum = 1 << (fractionBits - 1);
  for (let tap = 0; tap < weights.length; tap++)
    sum += (samples[start + tap * step] ?? 0) * (weights[tap] ?? 0);
  return Math.min(255, Math.max(0, sum >> fractionBits));
}
