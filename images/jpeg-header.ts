import { Refusal } from '../base/refusal.ts';
import { checkDimensions, corruptImage } from './dimensions.ts';

/** Whether a file begins as a JPEG does. */
export function isJpeg(bytes: Buffer): boolean {
  return bytes[0] === 0xff && bytes[1] === startOfImage && bytes[2] === 0xff;
}

/**
 * Refuses what the decoder would not read as Pillow does: a file that was cut short, of which it fills the rest with grey;
 * more than 8 bits; CMYK; colours in half the height only; arithmetic and lossless coding.
 */
export function checkJpeg(bytes: Buffer, name: string): void {
  let hasFrame = false;
  let at = 2;
  for (;;) {
    while (bytes[at] === 0xff && bytes[at + 1] === 0xff) at++;
    if (at + 4 > bytes.length && bytes[at + 1] !== endOfImage) throw corruptImage(name, 'it was cut short');
    const marker = bytes[at + 1] ?? 0;
    if (bytes[at] !== 0xff || marker === 0) throw corruptImage(name, `there is no marker at byte ${at}`);
    if (marker === endOfImage) break;
    const length = bytes.readUInt16BE(at + 2);
    if (isFrame(marker)) {
      checkFrame(bytes.subarray(at + 4, at + 2 + length), marker, name);
      hasFrame = true;
    }
    at += 2 + length;
    if (marker === startOfScan) at = endOfScan(bytes, at, name);
  }
  if (!hasFrame) throw corruptImage(name, 'it holds no image');
}

const startOfImage = 0xd8;
const endOfImage = 0xd9;
const startOfScan = 0xda;
/** Baseline, extended and progressive, all with Huffman codes. */
const readFrames = [0xc0, 0xc1, 0xc2];

/** All others between C0 and CF but those of tables: DHT, JPG and DAC. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
}

function checkFrame(frame: Buffer, marker: number, name: string): void {
  if (frame.length < 6) throw corruptImage(name, 'its header is damaged');
  checkDimensions(name, frame.readUInt16BE(3), frame.readUInt16BE(1));
  const [bits, components] = [frame[0], frame[5]];
  const form = !readFrames.includes(marker)
    ? 'is coded without Huffman codes'
    : bits !== 8
      ? `has ${bits} bits per sample`
      : components !== 1 && components !== 3
        ? `has ${components} components (CMYK)`
        : isHalvedInHeight(frame)
          ? 'stores colours in half the height but the whole width (4:4:0)'
          : null;
  if (form !== null)
    throw new Refusal('images/unsupported', `${name} ${form}`, 'save it as a usual JPEG in RGB, or as PNG');
}

/** MozJPEG repeats the rows of such colours, while newer versions of libjpeg-turbo, which Pillow uses, smooth them. */
function isHalvedInHeight(frame: Buffer): boolean {
  const factors = Array.from({ length: frame[5] ?? 0 }, (_, component) => frame[7 + 3 * component] ?? 0);
  const widest = Math.max(...factors.map((factor) => factor >> 4));
  const tallest = Math.max(...factors.map((factor) => factor & 15));
  return factors.some((factor) => factor >> 4 === widest && 2 * (factor & 15) === tallest);
}

/** The next marker behind coded data, in which FF stands for itself before 00 and begins a restart before D0 to D7. */
function endOfScan(bytes: Buffer, start: number, name: string): number {
  for (let at = bytes.indexOf(0xff, start); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    const next = bytes[at + 1] ?? 0;
    if (next !== 0 && next !== 0xff && (next < 0xd0 || next > 0xd7)) return at;
  }
  throw corruptImage(name, 'it was cut short');
}
