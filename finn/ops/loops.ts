import { elementCount } from '../../base/shape.ts';
import { reads, writes } from '../cycles/units/hls-loop.ts';
import type { UnitSpec } from '../cycles/unit-spec.ts';

/** Words of a folded shape. */
export function wordsOf(folded: readonly number[]): number {
  return elementCount(folded.slice(0, -1));
}

/** A loop that reads a word in every iteration and writes one in every `count`-th; `words` of an image come in. */
export function reducingLoop(count: number, words: number): UnitSpec {
  const pattern = new Uint8Array(count).fill(reads);
  pattern[count - 1] = reads | writes;
  return { type: 'hls-loop', shape: { pattern, repetitions: words / count } };
}

/** A loop that first reads `input` words and then writes `output` of them. */
export function collectingLoop(input: number, output: number, repetitions: number): UnitSpec {
  const pattern = new Uint8Array(input + output).fill(reads, 0, input).fill(writes, input);
  return { type: 'hls-loop', shape: { pattern, repetitions } };
}

/** A loop that writes a word in every iteration and reads one in those for which `isRead` holds. */
export function expandingLoop(
  output: number,
  isRead: (iteration: number) => boolean,
  repetitions: number,
): UnitSpec {
  const pattern = new Uint8Array(output).fill(writes);
  for (let at = 0; at < output; at += 1) if (isRead(at)) pattern[at] = reads | writes;
  return { type: 'hls-loop', shape: { pattern, repetitions } };
}
