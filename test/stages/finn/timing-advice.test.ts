import { expect, test } from 'vitest';
import type { TimingReport } from '../../../finn/cycles/report.ts';
import { adviceOn } from '../../../stages/finn/timing/advice.ts';

const report: TimingReport = {
  ...{ format: 1, clockMHz: 100, pace: { interval: 2000, latency: 2100 }, source: { type: 'cycles' } },
  ...{ unbounded: 1000, assumed: [], fifos: [], deadlock: [] },
  layers: [
    { name: 'MVAU_rtl_0', cycles: 900, starved: 0.5, blocked: 0, lost: 0 },
    { name: 'MVAU_rtl_1', cycles: 950, starved: 0.1, blocked: 0, lost: 0 },
  ],
};

test.each([
  [{ type: 'uniform' }, 'toolchain.fifos: sized'],
  [{ type: 'minimal' }, 'toolchain.fifos: sized'],
  [{ type: 'sized', rate: null }, 'leave more of the board free for them, or run with --recut'],
  [{ type: 'sized', rate: 40000 }, 'raise target_fps, or leave more of the board free for them'],
] as const)('FIFOs that hold up a network: %j', (fifos, remedy) => {
  expect(adviceOn(report, fifos)).toBe(`deeper FIFOs would allow up to 100000 img/s: ${remedy}`);
});

test('a network that its FIFOs do not hold up', () => {
  const layers = 'fold MVAU_rtl_1 for more: it is busy for 950 of 2000 cycles';
  expect(adviceOn({ ...report, unbounded: 2000 }, { type: 'uniform' })).toBe(layers);
});
