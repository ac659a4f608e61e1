import { expect, it } from 'vitest';
import { eager } from '../../../finn/cycles/drivers.ts';
import type { Measured } from '../../../finn/cycles/measure.ts';
import { measure } from '../../../finn/cycles/measure.ts';
import { networkOf } from '../../../finn/cycles/network.ts';
import { splitAndConcat } from '../split-and-concat.ts';

function run(sizes: readonly number[], simd: number, depth: number): Measured {
  const modelled = networkOf(splitAndConcat(sizes, simd, depth), 'xc7z020clg484-1');
  if (modelled.type === 'none') throw new Error(modelled.layer);
  const { network } = modelled;
  return measure(
    network,
    network.fifos.map(({ written }) => written),
    { queue: 2, driver: eager },
  );
}

it('passes a word per cycle', () => {
  expect(run([2, 6], 2, 2)).toMatchObject({ type: 'runs', pace: { interval: 64 } });
});

// The Concat waits for the second part, whose words follow all of the first: two leave the Split, two have arrived at the Concat.
it('needs a FIFO that holds the part for which nobody waits yet', () => {
  expect(run([12, 2], 1, 2).type).toBe('deadlock');
  expect(run([12, 2], 1, 24)).toMatchObject({ type: 'runs', pace: { interval: 16 * 14 } });
});
