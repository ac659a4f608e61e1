import { expect, test } from 'vitest';
import { computeSeconds } from '../../../boards/emulated/time.ts';

const cycles = { perNode: { a: 30, b: 70 }, max: 70, total: 100 };

test('the first image takes the sum of all nodes, every further one the slowest node', () => {
  expect(computeSeconds(cycles, 100, 1)).toBe(1e-6);
  expect(computeSeconds(cycles, 100, 11)).toBe(8e-6);
  expect(computeSeconds(cycles, 50, 1)).toBe(2e-6);
});
