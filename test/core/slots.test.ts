import { expect, it } from 'vitest';
import { createSlots } from '../../core/execution/slots.ts';

it('runs at most as many tasks as slots at a time, but tasks without a slot at once', async () => {
  const slots = createSlots(1);
  const order: string[] = [];
  let release!: () => void;
  const held = new Promise<void>((resolve) => (release = resolve));
  slots.add(async () => {
    order.push('first');
    await held;
  }, true);
  slots.add(() => {
    order.push('second');
    return Promise.resolve();
  }, true);
  slots.add(() => {
    order.push('free');
    release();
    return Promise.resolve();
  }, false);
  await slots.idle();
  expect(order).toEqual(['free', 'first', 'second']);
});

it('starts nothing more after an error, and reports the first one', async () => {
  const slots = createSlots(1);
  slots.add(() => Promise.reject(new Error('broken')), false);
  await expect(slots.idle()).rejects.toThrow('broken');
  let hasRun = false;
  slots.add(() => {
    hasRun = true;
    return Promise.resolve();
  }, true);
  await expect(slots.idle()).rejects.toThrow('broken');
  expect(hasRun).toBe(false);
});
