import { expect, it } from 'vitest';
import { createSlots } from '../../core/execution/slots.ts';

it('runs no more at a time than there are slots, but at once what takes none', async () => {
  const slots = createSlots(1);
  const order: string[] = [];
  let release!: () => void;
  const held = new Promise<void>((resolve) => (release = resolve));
  slots.add(async () => {
    order.push('first');
    await held;
  }, true);
  slots.add(async () => {
    order.push('second');
  }, true);
  slots.add(async () => {
    order.push('free');
    release();
  }, false);
  await slots.idle();
  expect(order).toEqual(['free', 'first', 'second']);
});

it('starts nothing more after an error, and tells the first', async () => {
  const slots = createSlots(1);
  slots.add(() => Promise.reject(new Error('broken')), false);
  await expect(slots.idle()).rejects.toThrow('broken');
  let hasRun = false;
  slots.add(async () => {
    hasRun = true;
  }, true);
  await expect(slots.idle()).rejects.toThrow('broken');
  expect(hasRun).toBe(false);
});
