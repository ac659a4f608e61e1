import { valueAt } from '../../../finn/tensor.ts';

/** The words of a simulation against those that must leave it; null if they are equal. */
export interface Difference {
  /** Index of the first wrong or missing word. */
  readonly word: number;
  /** In hexadecimal, most significant digit first; null for a word that did not come. */
  readonly found: string | null;
  readonly wanted: string;
}

/** The first difference between words of so many bits, which follow each other in whole bytes. */
export function firstDifference(found: Uint8Array, wanted: Uint8Array, bits: number): Difference | null {
  const size = Math.ceil(bits / 8);
  const mask = 0xff >> (size * 8 - bits);
  for (let byte = 0; byte < wanted.length; byte += 1) {
    const isTop = byte % size === size - 1;
    const used = isTop ? mask : 0xff;
    if (byte < found.length && ((valueAt(found, byte) ^ valueAt(wanted, byte)) & used) === 0) continue;
    const word = Math.floor(byte / size);
    return { word, found: hexadecimal(found, word, size), wanted: hexadecimal(wanted, word, size) ?? '' };
  }
  return null;
}

function hexadecimal(words: Uint8Array, word: number, size: number): string | null {
  const bytes = words.subarray(word * size, (word + 1) * size);
  return bytes.length < size ? null : Buffer.from(bytes).reverse().toString('hex');
}
