import { describe, expect, it } from 'vitest';
import { eager, paced } from '../../../../finn/cycles/drivers.ts';
import { simulate } from '../../../../finn/cycles/simulate.ts';
import { fifoCapacity, fifoShape } from '../../../../finn/cycles/units/fifo.ts';
import { bursts, chain, steady } from '../sizing/networks.ts';

// `fifo.sv` reads a memory of 2^18 words through 34 registers, more than an integer has bits for.
it('passes words through a FIFO of any depth', () => {
  const network = chain([steady(1, 100)], 100);
  const options = { images: 2, queue: 2, limit: 1e6 };
  expect(simulate(network, [300_000, 2], options).ending).toBe('done');
});

describe('a FIFO without a bound', () => {
  it('never fills', () => {
    expect(fifoCapacity(fifoShape(Infinity, 16))).toBeGreaterThan(1e9);
    const network = chain([steady(4, 1000)], 1000);
    const run = simulate(network, [Infinity, Infinity], { images: 2, queue: 2, limit: 1e7, driver: eager });
    expect(run.occupancy[0]).toBeGreaterThan(1400);
  });

  it('holds at the pace of the network what a FIFO needs there', () => {
    const network = chain([bursts(200, 4), steady(2, 800)], 800);
    const run = simulate(network, [Infinity, Infinity, Infinity], {
      ...{ images: 2, queue: 2, limit: 1e7 },
      driver: paced(1612),
    });
    // While 200 words are written, the layer behind takes half of them.
    expect(run.occupancy[1]).toBe(100);
  });
});
