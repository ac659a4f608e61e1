import type { NetworkUnit } from './network.ts';
import { addressBits } from './units/bits.ts';

/** More cycles than a network can work while no word passes on any link. */
export function silence(units: readonly NetworkUnit[]): number {
  return units.reduce(
    (sum, { spec }) => {
      switch (spec.type) {
        case 'matrix-vector':
          return sum + spec.shape.synapseFold + addressBits(spec.shape.simd);
        case 'hls-loop':
          return sum + spec.shape.pattern.length;
        case 'thresholding':
          return sum + 2 * addressBits(spec.steps + 1);
        default:
          return sum;
      }
    },
    100 + 40 * units.length,
  );
}
