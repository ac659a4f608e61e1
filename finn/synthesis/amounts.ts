import type { Synthesis, SynthesisedResources } from '../ops/op.ts';

/** Amounts by kind; those that are not named are 0. */
export function amounts(some: Partial<SynthesisedResources>): SynthesisedResources {
  const { LUT = 0, FF = 0, BRAM_18K = 0, URAM = 0, DSP = 0 } = some;
  return { LUT, FF, BRAM_18K, URAM, DSP };
}

/** The sum of several amounts, kind by kind. */
export function sumAmounts(all: readonly SynthesisedResources[]): SynthesisedResources {
  const sum = (kind: keyof SynthesisedResources): number =>
    all.reduce((total, amount) => total + amount[kind], 0);
  return { LUT: sum('LUT'), FF: sum('FF'), BRAM_18K: sum('BRAM_18K'), URAM: sum('URAM'), DSP: sum('DSP') };
}

/** The sum of several nodes, once with the memories that are left to Vivado in LUTs and once in block memory. */
export function sumSyntheses(all: readonly Synthesis[]): Synthesis {
  return {
    inLuts: sumAmounts(all.map(({ inLuts }) => inLuts)),
    inBlocks: sumAmounts(all.map(({ inBlocks }) => inBlocks)),
  };
}

/** A node without memories that are left to Vivado. */
export function certain(amount: SynthesisedResources): Synthesis {
  return { inLuts: amount, inBlocks: amount };
}

/** The larger answer of the two, kind by kind: what must fit, whatever Vivado does. */
export function largerOf({ inLuts, inBlocks }: Synthesis): SynthesisedResources {
  return {
    LUT: Math.max(inLuts.LUT, inBlocks.LUT),
    FF: Math.max(inLuts.FF, inBlocks.FF),
    BRAM_18K: Math.max(inLuts.BRAM_18K, inBlocks.BRAM_18K),
    URAM: Math.max(inLuts.URAM, inBlocks.URAM),
    DSP: Math.max(inLuts.DSP, inBlocks.DSP),
  };
}
