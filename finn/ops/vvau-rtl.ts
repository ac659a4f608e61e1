import { rtlAttributes } from './attributes.ts';
import type { Op } from './op.ts';
import { kernelMemory } from './vvau-memory.ts';
import { withWeightMemory } from './weight-memory.ts';
import { vectorVector } from '../synthesis/vector-vector.ts';
import { vvau } from './vvau.ts';

/** `VVAU_rtl`: multiplies in the DSPs of Versal; FINN estimates no LUT for it (FINN+ 1.6.1). */
export const vvauRtl: Op = {
  ...vvau,
  attributes: { ...vvau.attributes, ...rtlAttributes },
  synthesis: vectorVector,
  resources: (node) =>
    withWeightMemory(kernelMemory(node), {
      LUT: 0,
      DSP: node.integer('PE') * Math.ceil(node.integer('SIMD') / 3),
    }),
};
