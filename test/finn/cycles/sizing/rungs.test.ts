import { expect, it } from 'vitest';
import { priceOf, rungsOf } from '../../../../finn/cycles/sizing/rungs.ts';

function depthsOf(...question: Parameters<typeof rungsOf>): readonly number[] {
  return rungsOf(...question).map(({ depth }) => depth);
}

it('tries the depths that fill shift registers, LUTRAM and blocks, up to the first that holds enough', () => {
  expect(depthsOf(2, 5000, 32, false)).toEqual([2, 33, 65, 129, 513, 1025, 1537, 2028, 4097, 6145]);
  expect(depthsOf(2, 5, 32, false)).toEqual([2]);
  expect(depthsOf(2, 6, 32, false)).toEqual([2, 33]);
});

it('tries no depth that costs as much as a deeper one', () => {
  const rungs = rungsOf(2, 20_000, 8, false);
  expect(rungs.map(({ depth }) => depth)).toEqual([
    2, 33, 64, 65, 129, 257, 2028, 4097, 6145, 8193, 12_289, 16_385, 24_577,
  ]);
  const prices = rungs.map(({ price }) => price);
  expect(prices).toEqual([...prices].sort((a, b) => a - b));
});

it('starts with the depth that the folding asks for', () => {
  expect(depthsOf(40, 100, 32, false)).toEqual([40, 65, 129]);
  expect(depthsOf(3000, 10, 32, false)).toEqual([3000]);
});

it('counts a memory block as 190 LUTs, and URAM as sixteen blocks', () => {
  expect(priceOf({ LUT: 7, BRAM_18K: 2, URAM: 0, DSP: 0 })).toBe(387);
  expect(priceOf({ LUT: 0, BRAM_18K: 0, URAM: 1, DSP: 0 })).toBe(3040);
});
