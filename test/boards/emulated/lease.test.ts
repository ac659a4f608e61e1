import { beforeEach, expect, test } from 'vitest';
import type { LeaseDesk } from '../../../boards/emulated/lease.ts';
import { createLeaseDesk } from '../../../boards/emulated/lease.ts';
import { refusal } from '../fixture.ts';

let now: number;
let desk: LeaseDesk;
beforeEach(() => {
  now = 100;
  desk = createLeaseDesk('zed0', () => now);
});

test('a lease ends at its time unless it is renewed', () => {
  const { lease } = desk.grant('', 10);
  now = 109;
  expect(desk.secondsLeft()).toBe(1);
  expect(desk.grant(lease, 10)).toEqual({ type: 'leased', lease, seconds: 10 });
  now = 118.9;
  desk.check(lease);
  now = 119;
  expect(() => desk.check(lease)).toThrow(refusal('board/no-lease', 'its lease has ended'));
  expect(() => desk.grant(lease, 10)).toThrow(refusal('board/no-lease', 'zed0'));
  expect(desk.grant('', 10).lease).not.toBe(lease);
});

test('a second owner waits for the end of the first lease, or its release', () => {
  const { lease } = desk.grant('', 10);
  expect(() => desk.grant('', 5)).toThrow(refusal('board/leased', 'for the next 10.0 s'));
  expect(() => desk.release('other')).toThrow(refusal('board/no-lease', 'zed0'));
  desk.release(lease);
  expect(desk.secondsLeft()).toBe(0);
  desk.grant('', 5);
});

test('a lease is at most a minute long, and the empty lease is not one', () => {
  expect(desk.grant('', 1e9).seconds).toBe(60);
  expect(() => desk.check('')).toThrow(refusal('board/no-lease', 'zed0'));
});
