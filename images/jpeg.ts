import type { DecodedImage } from '@jsquash/jpeg/codec/dec/mozjpeg_dec.js';
import start from '@jsquash/jpeg/codec/dec/mozjpeg_dec.js';
import { corruptImage } from './dimensions.ts';
import { checkJpeg } from './jpeg-header.ts';
import type { Channels, Picture } from './picture.ts';
import { pictureOf } from './picture.ts';

/** Reads JPEG files; `name` is for messages. */
export type ReadJpeg = (bytes: Buffer, name: string, channels: Channels) => Picture;

/**
 * Starts libjpeg, as MozJPEG compiled to WebAssembly, of these bytes: it gives the pixels of Pillow, which rests on libjpeg too.
 * Decoders in JavaScript differ from it by up to 20 levels in usual files, since they neither smooth colours that are
 * stored in half the resolution nor round as libjpeg does.
 */
export async function startJpeg(program: Uint8Array): Promise<ReadJpeg> {
  // The decoder makes an object of this class of browsers, which Node does not have.
  (globalThis as { ImageData?: unknown }).ImageData ??= PlainImageData;
  const decoder = await start({ wasmBinary: program, noInitialRun: true, printErr: () => undefined });
  return (bytes, name, channels) => {
    checkJpeg(bytes, name);
    let image: DecodedImage | null = null;
    try {
      image = decoder.decode(bytes, false);
    } catch {
      // It throws numbers, which say nothing.
    }
    if (image === null) throw corruptImage(name, 'its data is damaged');
    return pictureOf(image, channels);
  };
}

class PlainImageData implements DecodedImage {
  constructor(
    readonly data: Uint8ClampedArray,
    readonly width: number,
    readonly height: number,
  ) {}
}
