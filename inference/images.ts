import { existsSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { filesBelow } from '../base/files-below.ts';
import { Refusal } from '../base/refusal.ts';
import { shownPath } from '../base/shown-path.ts';
import { readNpy } from '../finn/npy.ts';
import { decodePicture } from '../images/decode.ts';
import type { Fit } from '../images/fit.ts';
import type { ReadJpeg } from '../images/jpeg.ts';
import { startJpeg } from '../images/jpeg.ts';
import type { OnnxTensor } from '../onnx/model.ts';
import type { Host } from '../stages/shared/host.ts';
import { countImages, imageAt } from '../stages/shared/images.ts';
import { arrayOf, pixelsOf } from './pixels.ts';

/** An image that the user named, directly or by its folder or file. */
export interface NamedImage {
  /** As the user named it; of a file with several images, with the number of the image in brackets. */
  readonly name: string;
  /** Reads it, as the network takes it; refuses what does not fit. */
  readonly load: () => OnnxTensor;
}

/** A path as the user wrote it, and where it is. */
export interface NamedPath {
  readonly name: string;
  readonly path: string;
}

export interface ImageOptions {
  readonly fit: Fit;
  /** Bytes of pictures are divided by this; null if the user did not say. */
  readonly divisor: number | null;
  /** The file of the JPEG decoder. */
  readonly jpegDecoder: string;
}

/**
 * The images in files and folders, in the order in which they are named, those of a folder sorted by name. Arrays are read now,
 * pictures when they are loaded. In folders, files without a suffix of images are left out.
 */
export async function namedImages(
  paths: readonly NamedPath[],
  input: Host['part']['input'],
  options: ImageOptions,
): Promise<readonly NamedImage[]> {
  const files = paths.flatMap(filesAt);
  const isPicture = ({ path }: NamedPath): boolean => extname(path).toLowerCase() !== '.npy';
  const first = files.find(isPicture);
  if (first === undefined) refuseIdle(options);
  const load = first === undefined ? null : await pictureLoader(first, input, options);
  return files.flatMap((file) =>
    load !== null && isPicture(file)
      ? [{ name: file.name, load: () => load(file) }]
      : imagesInArray(file, input),
  );
}

/** What the user declares must not be without effect. */
function refuseIdle({ fit: { resize, crop }, divisor }: ImageOptions): void {
  if (resize === null && crop === null && divisor === null) return;
  throw new Refusal(
    'usage/no-pictures',
    '--resize, --crop and --divide-by are for PNG and JPEG, but all images are .npy files',
    'leave them out',
  );
}

const suffixes = ['.npy', '.png', '.jpg', '.jpeg'];

function filesAt({ name, path }: NamedPath): readonly NamedPath[] {
  if (!existsSync(path))
    throw new Refusal('usage/no-images', `there is no file or folder ${shownPath(name)}`);
  const below = filesBelow(path, '');
  if (below.length === 1 && below[0] === '') return [{ name, path }];
  const found = below
    .filter((file) => suffixes.includes(extname(file).toLowerCase()))
    .map((file) => ({ name: join(name, file), path: join(path, file) }));
  if (found.length > 0) return found;
  throw new Refusal(
    'usage/no-images',
    `there are no images in the folder ${shownPath(name)}`,
    `images are the files that end in ${suffixes.join(', ')}`,
  );
}

function imagesInArray({ name, path }: NamedPath, input: Host['part']['input']): readonly NamedImage[] {
  const source = { name: shownPath(name) };
  const array = { ...readNpy(read(path, name), source), source };
  return Array.from({ length: countImages(array, input) }, (_, image) => ({
    name: `${name}[${image}]`,
    load: () => imageAt(array, input, image),
  }));
}

async function pictureLoader(
  first: NamedPath,
  input: Host['part']['input'],
  { fit, divisor, jpegDecoder }: ImageOptions,
): Promise<(file: NamedPath) => OnnxTensor> {
  const pixels = pixelsOf(input, shownPath(first.name), divisor);
  const readJpeg: ReadJpeg = await startJpeg(readFileSync(jpegDecoder));
  return ({ name, path }) => {
    const shown = shownPath(name);
    const picture = decodePicture(read(path, name), shown, pixels.channels, readJpeg);
    return imageAt(arrayOf(picture, input, pixels, fit, shown), input, 0);
  };
}

function read(path: string, name: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new Refusal('images/unreadable', `${shownPath(name)} cannot be read: ${(error as Error).message}`);
  }
}
