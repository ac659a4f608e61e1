import { expect, test } from 'vitest';
import { timelineOf } from '../../../stages/smoke/timeline.ts';

const published = { request: 0.2, reconfiguration: 229.8, processing: 307.9, compute: 28.5 };

test('six bitstreams on three boards take the published time: two rounds, 767.9 ms, 1.302 img/s', () => {
  const boards = ['zed0', 'zed1', 'zed2'];
  const { lines, milliseconds } = timelineOf(
    [
      [0, 1, 2],
      [3, 4, 5],
    ],
    [...boards, ...boards],
    published,
  );
  expect(milliseconds).toBeCloseTo(767.9, 9);
  expect(lines).toHaveLength(9);
  expect(lines[0]).toBe('    0.0 ms  round 1: zed0, zed1, zed2 reconfigured in parallel (230.0 ms)');
  expect(lines[4]).toContain('round 2');
  expect(lines.at(-1)).toBe('  767.9 ms  done: 1.302 img/s, of which the FPGAs compute 28.50 ms');
});

test('with a board for every submodel there is one round', () => {
  const { milliseconds } = timelineOf([[0, 1]], ['a', 'b'], published);
  expect(milliseconds).toBeCloseTo(230 + 307.9, 9);
});
