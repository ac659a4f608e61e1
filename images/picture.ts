/** A decoded image: bytes from 0 to 255, row by row, the channels of a pixel beside each other. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** 1: grey, 3: red, green, blue. */
  readonly channels: Channels;
  readonly samples: Uint8Array;
}

export type Channels = 1 | 3;

/** A picture from pixels of red, green, blue and alpha; alpha is left out, as Pillow does. */
export function pictureOf(
  {
    width,
    height,
    data,
  }: { readonly width: number; readonly height: number; readonly data: ArrayLike<number> },
  channels: Channels,
): Picture {
  const samples = new Uint8Array(width * height * channels);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const red = data[4 * pixel] ?? 0;
    const green = data[4 * pixel + 1] ?? 0;
    const blue = data[4 * pixel + 2] ?? 0;
    if (channels === 1) {
      samples[pixel] = greyOf(red, green, blue);
    } else {
      samples[3 * pixel] = red;
      samples[3 * pixel + 1] = green;
      samples[3 * pixel + 2] = blue;
    }
  }
  return { width, height, channels, samples };
}

/** ITU-R 601-2 luma in integers of 16 bits (Pillow's `L24` of Convert.c). */
function greyOf(red: number, green: number, blue: number): number {
  return (red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16;
}
