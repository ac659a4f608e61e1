import { valueAt } from '../../../finn/tensor.ts';
import type { CycleJob } from './cycles.ts';
import { modelledCycles } from './cycles.ts';
import { expectedWords, wordBits } from './words.ts';

/** What a simulation of a segment was given and gave: words in whole bytes, and the cycle in which each left. */
export interface SimulatedWords {
  readonly input: Uint8Array;
  readonly output: Uint8Array;
  readonly cycles: Int32Array;
}

/** The first word of a simulation that is not what it should be. */
export type Disagreement =
  /** Words in hexadecimal, most significant digit first; null for one that did not leave. */
  | { readonly type: 'value'; readonly word: number; readonly found: string | null; readonly wanted: string }
  /** Cycles; null for a word that did not leave. */
  | {
      readonly type: 'cycle';
      readonly word: number;
      readonly found: number | null;
      readonly wanted: number | null;
    };

/**
 * Compares every word with our executor and every cycle with the cycle model, where that covers all layers; null if they
 * agree. Words that a deadlock keeps back disagree in value only if the model has no deadlock there.
 */
export function disagreementOf(
  job: CycleJob,
  { input, output, cycles }: SimulatedWords,
): Disagreement | null {
  const wanted = expectedWords(job.graph, input, job.images);
  const modelled = modelledCycles(job);
  const bits = wordBits(job.graph);
  const size = Math.ceil(bits / 8);
  const count = modelled === null ? wanted.length / size : Math.min(modelled.length, wanted.length / size);
  const value = firstDifference(output, wanted.subarray(0, count * size), bits);
  if (value !== null) return value;
  return modelled === null ? null : firstLateWord(cycles, modelled);
}

/** The first difference between words of so many bits, which follow each other in whole bytes. */
function firstDifference(found: Uint8Array, wanted: Uint8Array, bits: number): Disagreement | null {
  const size = Math.ceil(bits / 8);
  const mask = 0xff >> (size * 8 - bits);
  for (let byte = 0; byte < wanted.length; byte += 1) {
    const used = byte % size === size - 1 ? mask : 0xff;
    if (byte < found.length && ((valueAt(found, byte) ^ valueAt(wanted, byte)) & used) === 0) continue;
    const word = Math.floor(byte / size);
    const [one, other] = [found, wanted].map((words) => hexadecimal(words, word, size));
    return { type: 'value', word, found: one ?? null, wanted: other ?? '' };
  }
  return null;
}

/** The first word that left in another cycle than it should, or only in one of the two. */
function firstLateWord(found: Int32Array, wanted: Int32Array): Disagreement | null {
  const count = Math.max(found.length, wanted.length);
  for (let word = 0; word < count; word += 1) {
    const [one, other] = [found[word] ?? null, wanted[word] ?? null];
    if (one !== other) return { type: 'cycle', word, found: one, wanted: other };
  }
  return null;
}

function hexadecimal(words: Uint8Array, word: number, size: number): string | null {
  const bytes = words.subarray(word * size, (word + 1) * size);
  return bytes.length < size ? null : Buffer.from(bytes).reverse().toString('hex');
}
