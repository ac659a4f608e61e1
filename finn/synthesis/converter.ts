import { addressBits, greatestCommonDivisor } from '../bits.ts';
import type { SynthesisedResources } from '../ops/op.ts';
import { amounts } from './amounts.ts';

/**
 * A converter between stream words of these widths in bits (`genGeneric` in finn-rtllib/dwc/hdl/vpc.sv of FINN+ 1.6.1): a buffer
 * of a word of either side, and a selection of the place for each part of an input. Flip-flops follow the code; LUTs by factors
 * that are fitted to Yosys, see docs/resources.md. Words of equal width pass through.
 */
export function converterResources(input: number, output: number): SynthesisedResources {
  if (input === output) return amounts({});
  const unit = greatestCommonDivisor(input, output);
  const [taken, given] = [input / unit, output / unit];
  const places = taken + given;
  const rotates = taken > 1 && given % taken > 0;
  const count = addressBits(Math.max(taken, given) + 1) + 1;
  return amounts({
    LUT: Math.round(6 + 2.3 * places + unit * selection(taken, given)),
    FF: input + output + places + count + (rotates ? addressBits(taken) + 1 : 0),
  });
}

/** LUTs for each bit of the common divisor: a barrel of all parts of an input, and a choice at each place. */
function selection(taken: number, given: number): number {
  return taken === 1 ? 1 : taken * (barrelLuts(taken) + 1) + 0.75 * given;
}

/** LUTs of one output of a barrel of so many inputs, by fit: Yosys builds it from LUTs and the multiplexers beside them. */
function barrelLuts(inputs: number): number {
  if (inputs <= 3) return 1;
  if (inputs <= 5) return 2.3;
  return inputs <= 6 ? 3 : Math.max(5.5, 0.35 * inputs);
}
