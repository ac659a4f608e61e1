import { expect, it } from 'vitest';
import { killAt } from '../rig/kill.ts';
import { seeded } from '../rig/seeded.ts';

// Seeded moments spread over the ~400 ms that the run takes; the integration tests do ten times as many.
const random = seeded(3);
const moments = Array.from({ length: 5 }, (_, at) => 100 + Math.round((at + random()) * 80));

it.each(moments)(
  'kill -9 after %i ms: the next run ends well and no finished action runs twice',
  async (milliseconds) => {
    const { outcome, finished, started, restless, leftovers } = await killAt(milliseconds);
    expect(outcome).toBe('ok');
    expect(started.filter((action) => finished.includes(action))).toEqual([]);
    expect(restless).toBe(false);
    expect(leftovers).toEqual([]);
  },
);
