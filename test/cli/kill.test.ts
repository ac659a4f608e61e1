import { expect, it } from 'vitest';
import { eventsOfRun, killAfter } from '../rig/kill.ts';
import { seeded } from '../rig/seeded.ts';

// Seeded moments spread over the run; the integration tests do ten times as many.
const random = seeded(3);
const moments = Array.from({ length: 5 }, (_, at) => ({
  events: 1 + Math.floor(((at + random()) / 5) * (eventsOfRun - 5)),
  milliseconds: Math.floor(random() * 10),
}));

it.each(moments)(
  'kill -9 $milliseconds ms after event $events: the next run ends well and no finished action runs twice',
  async ({ events, milliseconds }) => {
    const { outcome, finished, started, restless, leftovers } = await killAfter(events, milliseconds);
    expect(outcome).toBe('ok');
    expect(started.filter((action) => finished.includes(action))).toEqual([]);
    expect(restless).toBe(false);
    expect(leftovers).toEqual([]);
  },
);
