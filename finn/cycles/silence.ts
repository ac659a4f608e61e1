import type { Network, NetworkUnit } from './network.ts';
import { addressBits } from '../bits.ts';
import { fifoShape } from './units/fifo.ts';

/** More cycles than a network with these depths of its FIFOs can work while no link passes a word. */
export function silence({ units, fifos }: Network, depths: readonly number[]): number {
  const inFifos = fifos.reduce((sum, { width }, index) => {
    const shape = fifoShape(depths[index] ?? 2, width);
    return sum + (shape.style === 'ultra' ? shape.pipeline : 0);
  }, 0);
  return inFifos + inUnits(units);
}

function inUnits(units: readonly NetworkUnit[]): number {
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
