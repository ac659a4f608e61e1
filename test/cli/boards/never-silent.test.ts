import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { neverSilent } from '../../../cli/boards/never-silent.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Work that says a line after each of these times in seconds, and ends after the last. */
async function shown(...pauses: readonly number[]): Promise<readonly string[]> {
  const lines: string[] = [];
  const work = neverSilent(
    (line) => lines.push(line),
    'still there',
    () => Date.now(),
    async (say) => {
      for (const seconds of pauses) {
        await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
        say(`after ${seconds}`);
      }
    },
  );
  await vi.runAllTimersAsync();
  await work;
  return lines;
}

it('says that work continues, after every ten seconds without a message', async () => {
  expect(await shown(9, 9)).toEqual(['after 9', 'after 9']);
  expect(await shown(25, 8, 12)).toEqual([
    'still there (10 s)',
    'still there (20 s)',
    'after 25',
    'after 8',
    'still there (43 s)',
    'after 12',
  ]);
});

it('says nothing more once the work has failed, and fails in the same way', async () => {
  const lines: string[] = [];
  const work = neverSilent(
    (line) => lines.push(line),
    'still there',
    () => Date.now(),
    () => Promise.reject(new Error('no')),
  );
  await expect(work).rejects.toThrow('no');
  expect(vi.getTimerCount()).toBe(0);
  expect(lines).toEqual([]);
});
