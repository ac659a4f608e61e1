import { expect, test } from 'vitest';
import { computeSeconds, paceOf } from '../../../boards/emulated/time.ts';
import { residualBlock } from '../../finn/cycles/residual-block.ts';

const pace = { interval: 70, latency: 100 };

test('the first image takes the latency, every further one the interval', () => {
  expect(computeSeconds(pace, 100, 1)).toBe(1e-6);
  expect(computeSeconds(pace, 100, 11)).toBe(8e-6);
  expect(computeSeconds(pace, 50, 1)).toBe(2e-6);
});

const description = { part: 'xc7z020clg484-1', cycles: { perNode: {}, max: 1, total: 2 } };

test('the logic runs at the pace of its simulation, with FIFOs of 33 words by default', () => {
  expect(paceOf(residualBlock(2), null, description, 64)).toMatchObject({ interval: 4608 });
});

test('depths that come with a package are used as they are', () => {
  const depths = { DuplicateStreams_hls_0: { outFIFODepths: [15, 2] } };
  expect(paceOf(residualBlock(2), depths, description, 64)).toMatchObject({ interval: 11808 });
});

test('logic that would stop is refused, with the chain of waits', () => {
  expect(() => paceOf(residualBlock(2), {}, description, 64)).toThrow(
    expect.objectContaining({
      code: 'board/deadlock',
      hint: expect.stringContaining(
        'DuplicateStreams_hls_0 has a word that ElementwiseAdd_hls_0 does not take',
      ) as string,
    }) as Error,
  );
});
