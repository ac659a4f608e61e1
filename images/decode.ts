import { Refusal } from '../base/refusal.ts';
import type { ReadJpeg } from './jpeg.ts';
import { isJpeg } from './jpeg-header.ts';
import type { Channels, Picture } from './picture.ts';
import { isPng, readPng } from './png.ts';

/** The picture in a PNG or JPEG file, in the channels that the network takes. Refuses other files; `name` is for messages. */
export function decodePicture(bytes: Buffer, name: string, channels: Channels, readJpeg: ReadJpeg): Picture {
  if (isPng(bytes)) return readPng(bytes, name, channels);
  if (isJpeg(bytes)) return readJpeg(bytes, name, channels);
  throw new Refusal(
    'images/unknown-format',
    `${name} is neither a PNG nor a JPEG`,
    'convert it, or save the images as one .npy file',
  );
}
