import { expect, test } from 'vitest';
import { dma } from '../../../finn/cycles/drivers.ts';
import { measure } from '../../../finn/cycles/measure.ts';
import type { Network } from '../../../finn/cycles/network.ts';

/** A FIFO between memory ports, with words of these widths at its ends. */
function wire(into: number, outOf: number): Network {
  const setting = { layer: 'a', attribute: 'inFIFODepths', position: 0 } as const;
  const fifo = { from: null, to: 'a', side: null, input: 0, output: 1, width: into, written: 2, setting };
  return {
    links: 2,
    units: [],
    fifos: [fifo],
    source: { link: 0, words: 100, width: into },
    sink: { link: 1, words: 100, width: outOf },
  };
}

test.each([
  [8, 8, 100],
  [64, 64, 100],
  [128, 8, 200],
  [8, 128, 200],
  [392, 104, 613],
  [40, 96, 150],
])(
  'words of %i bits in and of %i bits out pass a port of 64 bits in turn: %i cycles for 100',
  (into, outOf, cycles) => {
    const measured = measure(wire(into, outOf), [33], { queue: 2, driver: dma(64) });
    const interval = measured.type === 'runs' ? measured.pace.interval : null;
    expect(Math.abs((interval ?? 0) - cycles)).toBeLessThanOrEqual(1);
  },
);
