import { PNG } from 'pngjs';
import { checkDimensions, corruptImage } from './dimensions.ts';
import type { Channels, Picture } from './picture.ts';
import { pictureOf } from './picture.ts';

/** Whether a file begins as a PNG does. */
export function isPng(bytes: Buffer): boolean {
  return bytes.subarray(0, 8).equals(signature);
}

/** The picture in a PNG file, equal to Pillow's `convert('RGB')` or `convert('L')`; `name` is for messages. */
export function readPng(bytes: Buffer, name: string, channels: Channels): Picture {
  if (bytes.length < 33 || bytes.toString('latin1', 12, 16) !== 'IHDR')
    throw corruptImage(name, 'its header is damaged');
  checkDimensions(name, bytes.readUInt32BE(16), bytes.readUInt32BE(20));
  const [depth, colour] = [bytes[24], bytes[25]];
  const isWide = depth === 16;
  const { data, ...size } = decoded(bytes, name, isWide);
  if (!isWide) return pictureOf({ ...size, data }, channels);
  // Pillow takes the high byte of colours, but clips grey of 16 bits to 255.
  const narrowed = data.map(colour === grey ? (value) => Math.min(value, 255) : (value) => value >> 8);
  return pictureOf({ ...size, data: narrowed }, channels);
}

const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
/** PNG's colour type. */
const grey = 0;

function decoded(bytes: Buffer, name: string, skipRescale: boolean): ReturnType<typeof PNG.sync.read> {
  try {
    return PNG.sync.read(bytes, { skipRescale });
  } catch (error) {
    throw corruptImage(name, (error as Error).message);
  }
}
