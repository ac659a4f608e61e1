import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { newAttempt } from '../rig/attempt.ts';
import { runEvents } from '../rig/command.ts';
import { labels } from '../rig/events.ts';
import { eventsOfRun, killAfter } from '../rig/kill.ts';
import { projectWith, writeIn } from '../rig/project.ts';
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

it('a run with nothing to do cleans up after one that was killed after its last action', async () => {
  const stage = "{kind: shell, with: {command: 'echo 1 > out/x', outputs: [x]}}";
  const folder = projectWith({ 'pipeline.yaml': `version: 1\nstages:\n  one: ${stage}\n` });
  await runEvents(folder);
  // A lock that nobody can read is as good as a dead owner's.
  writeIn(folder, '.pipeline/lock', 'left');
  writeIn(folder, `.pipeline/work/${newAttempt()}/job/out/x`, 'half');
  expect(labels(await runEvents(folder), 'action-started')).toEqual([]);
  expect(existsSync(join(folder, '.pipeline/lock'))).toBe(false);
  expect(readdirSync(join(folder, '.pipeline/work'))).toEqual([]);
});
