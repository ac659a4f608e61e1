import { Refusal } from '../base/refusal.ts';

/** A decoder takes several bytes for each pixel, which a small file can announce in any number. */
const mostPixels = 100_000_000;

/** Refuses an image without pixels, and one of more than 100 million. */
export function checkDimensions(name: string, width: number, height: number): void {
  if (width === 0 || height === 0) throw corruptImage(name, 'it has no pixels');
  if (width * height <= mostPixels) return;
  throw new Refusal(
    'images/too-large',
    `${name} has ${width}×${height} pixels, more than ${mostPixels / 1e6} million`,
    'make it smaller first',
  );
}

/** The refusal of a damaged image file. */
export function corruptImage(name: string, why: string): Refusal {
  return new Refusal('images/corrupt', `${name} cannot be read: ${why}`, 'copy or export the file again');
}
