import { describe, expect, test } from 'vitest';
import { fitted } from '../../images/fit.ts';
import type { Picture } from '../../images/picture.ts';
import { resize } from '../../images/resize.ts';
import { digestOf, golden } from './golden.ts';

function pictureOf(mode: 'RGB' | 'L'): Picture {
  const { size, samples } = golden.pictures[mode];
  const [width, height] = size;
  return { width, height, channels: mode === 'L' ? 1 : 3, samples: Buffer.from(samples, 'base64') };
}

test.each(golden.resizes)('$picture to $size is resized as Pillow does', ({ picture, size, digest }) => {
  const { samples, ...found } = resize(pictureOf(picture), ...size);
  expect([found.width, found.height]).toEqual(size);
  expect(digestOf(samples)).toBe(digest);
});

/** Each sample is its row times 16 plus its column. */
const numbered = (width: number, height: number): Picture => ({
  width,
  height,
  channels: 1,
  samples: Uint8Array.from({ length: width * height }, (_, at) => 16 * Math.floor(at / width) + (at % width)),
});

describe('the shorter side', () => {
  test.each([
    [{ width: 6, height: 9 }, 4, { width: 4, height: 6 }],
    [{ width: 10, height: 7 }, 3, { width: 4, height: 3 }],
    [{ width: 5, height: 5 }, 8, { width: 8, height: 8 }],
  ])('of %o becomes %i', ({ width, height }, to, wanted) => {
    expect(fitted(numbered(width, height), { resize: to, crop: null }, 'x')).toMatchObject(wanted);
  });
});

describe('a crop', () => {
  test.each([
    // torchvision rounds halves to the nearest even number.
    [{ width: 6, height: 6 }, { width: 2, height: 4 }, 16 + 2],
    [{ width: 5, height: 7 }, { width: 4, height: 4 }, 2 * 16 + 0],
    [{ width: 9, height: 8 }, { width: 4, height: 8 }, 2],
    [{ width: 8, height: 8 }, { width: 8, height: 8 }, 0],
  ])('of %o to %o begins at %i', (from, crop, first) => {
    const found = fitted(numbered(from.width, from.height), { resize: null, crop }, 'x');
    expect(found).toMatchObject(crop);
    expect([found.samples[0], found.samples.length]).toEqual([first, crop.width * crop.height]);
  });

  test('keeps the channels of a pixel together', () => {
    const samples = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9);
    const crop = { width: 1, height: 1 };
    const found = fitted({ width: 3, height: 1, channels: 3, samples }, { resize: null, crop }, 'x');
    expect([...found.samples]).toEqual([4, 5, 6]);
  });

  test('larger than the picture is refused', () => {
    const crop = { width: 7, height: 2 };
    expect(() => fitted(numbered(6, 6), { resize: null, crop }, 'photo')).toThrow(
      expect.objectContaining({ code: 'images/crop', message: 'photo has 6×6 pixels, too few to crop 7×2' }),
    );
  });
});
