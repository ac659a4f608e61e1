import type { SynthesisedResources } from '../ops/op.ts';
import { amounts } from './amounts.ts';

/** A converter between stream words of these widths in bits. */
export function converterResources(input: number, output: number): SynthesisedResources {
  return input === output ? amounts({}) : amounts({ LUT: input + output, FF: input + output });
}
