import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SimulatedWords } from './compare.ts';

/** The words of a segment from the folder that simulate.py wrote them to. */
export function readWords(folder: string): SimulatedWords {
  const bytes = (name: string): Uint8Array => Uint8Array.from(readFileSync(join(folder, name)));
  return {
    input: bytes('input.bin'),
    output: bytes('output.bin'),
    cycles: new Int32Array(bytes('cycles.bin').buffer),
  };
}
