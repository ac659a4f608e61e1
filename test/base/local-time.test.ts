import { expect, it } from 'vitest';
import { localTime } from '../../base/local-time.ts';

it('a time is shown as the clock of the user shows it', () => {
  const at = new Date(2026, 10, 7, 9, 5, 59).getTime();
  expect(localTime(at)).toBe('2026-11-07 09:05');
});
