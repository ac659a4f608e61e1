import { expect, it } from 'vitest';
import { Delay } from '../../../../finn/cycles/units/delay.ts';

it.each([1, 2, 3, 7, 8, 9, 40])('gives out what entered %i steps before', (length) => {
  const delay = new Delay(length);
  const enters = Array.from({ length: 200 }, (_, step) => ((step * step) % 7) & 1);
  const leaves = enters.map((bit) => delay.step(bit));
  expect(leaves).toEqual([...new Array<number>(length).fill(0), ...enters].slice(0, enters.length));
});
