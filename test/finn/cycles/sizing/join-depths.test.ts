import { describe, expect, it } from 'vitest';
import { eager } from '../../../../finn/cycles/drivers.ts';
import { measure } from '../../../../finn/cycles/measure.ts';
import type { Network } from '../../../../finn/cycles/network.ts';
import { joinDepths } from '../../../../finn/cycles/sizing/join-depths.ts';
import { bursts, chain, forked, steady } from './networks.ts';

const options = { queue: 2, driver: eager, hasUram: false };

function intervalOf(network: Network, depths: readonly number[]): number {
  const measured = measure(network, depths, options);
  return measured.type === 'runs' ? measured.pace.interval : Infinity;
}

describe('FIFOs between a fork and its join', () => {
  it('are raised where the short branch must hold what the long one reads ahead', () => {
    const network = forked(bursts(100, 4), 400);
    const uniform = network.fifos.map(() => 33);
    expect(intervalOf(network, uniform)).toBe(Infinity);
    const depths = joinDepths(network, uniform, options);
    expect(depths).toEqual([33, 129, 33, 33, 33]);
    const open = intervalOf(network, [33, Infinity, 33, Infinity, 33]);
    expect(intervalOf(network, depths)).toBeLessThanOrEqual(open * 1.01);
  });

  it('stay where they are deep enough', () => {
    const network = forked(bursts(10, 40), 400);
    const uniform = network.fifos.map(() => 33);
    expect(joinDepths(network, uniform, options)).toEqual(uniform);
  });

  it('are left alone without a fork, however slow the network is', () => {
    const network = chain([bursts(200, 4), steady(2, 800)], 800);
    const depths = [33, 33, 33];
    expect(joinDepths(network, depths, options)).toBe(depths);
  });
});
