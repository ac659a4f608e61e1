import { expect, it } from 'vitest';
import { byteSize, clockTime, duration, roughTime } from '../../base/units.ts';

it.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 kB'],
  [24_300_000, '24.3 MB'],
  [327_000_000, '327 MB'],
  [99_960, '100 kB'],
  [999_960, '1.0 MB'],
  [1.2e9, '1.2 GB'],
  [5e15, '5000 TB'],
])('%d bytes are %s', (bytes, text) => {
  expect(byteSize(bytes)).toBe(text);
});

it.each([
  [850, '850 ms'],
  [2100, '2.1 s'],
  [999.7, '1.0 s'],
  [59_970, '1 min 0 s'],
  [119_700, '2 min 0 s'],
  [725_000, '12 min 5 s'],
  [4_800_000, '1 h 20 min'],
])('%d ms are %s', (milliseconds, text) => {
  expect(duration(milliseconds)).toBe(text);
});

it('a clock shows whole seconds, and an expected time no more than can be known', () => {
  expect([-5, 999, 5900, 725_000, 4_800_000].map(clockTime)).toEqual([
    '0 s',
    '0 s',
    '5 s',
    '12 min 5 s',
    '1 h 20 min',
  ]);
  expect([5, 5400, 59_600, 725_000, 3_590_000, 4_800_000].map(roughTime)).toEqual([
    '1 s',
    '5 s',
    '1 min',
    '12 min',
    '1 h 0 min',
    '1 h 20 min',
  ]);
});
