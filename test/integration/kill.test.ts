import { expect, it } from 'vitest';
import { eventsOfRun, killAfter } from '../rig/kill.ts';
import { seeded } from '../rig/seeded.ts';

it('kill -9 at 50 seeded moments: every next run ends well and no finished action runs twice', async () => {
  const random = seeded(50);
  let finishedBefore = 0;
  for (let at = 0; at < 50; at++) {
    const events = 1 + Math.floor(random() * (eventsOfRun - 5));
    const milliseconds = Math.floor(random() * 10);
    const { outcome, finished, started, restless, leftovers } = await killAfter(events, milliseconds);
    const again = started.filter((action) => finished.includes(action));
    expect({ events, milliseconds, outcome, again, restless, leftovers }).toEqual({
      events,
      milliseconds,
      outcome: 'ok',
      again: [],
      restless: false,
      leftovers: [],
    });
    finishedBefore += finished.length;
  }
  // Moments before the first and after the last action would prove little.
  expect(finishedBefore).toBeGreaterThan(50);
});
