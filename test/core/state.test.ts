import { readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { problem } from '../../base/diagnostic.ts';
import { sameJson } from '../../base/digest.ts';
import type { ExecutionEvent } from '../../core/contracts/events.ts';
import { openFileDigests } from '../../core/state/file-digests.ts';
import { createJournal, remainsOf, readLastJournal } from '../../core/state/journal.ts';
import { layoutOf } from '../../core/state/layout.ts';
import { stateAfter } from '../../reporters/run-state.ts';
import { projectWith, temporaryFolder } from '../rig/project.ts';

describe('file digests', () => {
  it('see a change that keeps size and time stamp, while the file is recent', () => {
    const folder = projectWith({ a: 'one' });
    const now = Date.now();
    const first = openFileDigests(layoutOf(folder), () => now);
    const before = first.entry('a');
    first.save();
    writeFileSync(join(folder, 'a'), 'two');
    expect(openFileDigests(layoutOf(folder), () => now).entry('a')).not.toEqual(before);
  });

  it('see a change whose time stamp was set back', () => {
    const folder = projectWith({ a: 'one' });
    const later = () => Date.now() + 60_000;
    utimesSync(join(folder, 'a'), 1000, 1000);
    const first = openFileDigests(layoutOf(folder), later);
    const before = first.entry('a');
    first.save();
    writeFileSync(join(folder, 'a'), 'two');
    utimesSync(join(folder, 'a'), 1000, 1000);
    expect(openFileDigests(layoutOf(folder), later).entry('a')).not.toEqual(before);
  });

  it('are null for anything but a regular file', () => {
    const digests = openFileDigests(layoutOf(projectWith({ 'd/a': '' })), () => 0);
    expect(digests.entry('d')).toBeNull();
    expect(digests.entry('gone')).toBeNull();
  });
});

describe('the journal', () => {
  const at = 1000;
  const fingerprint = 'f'.repeat(64);
  const events: readonly ExecutionEvent[] = [
    { type: 'run-started', at, run: 'r', targets: [], profile: null, stages: ['a', 'b'] },
    { type: 'stage-expanded', at, stage: 'a', actions: ['a'] },
    { type: 'stage-expanded', at, stage: 'b', actions: ['b'] },
    {
      type: 'action-started',
      at,
      action: 'a',
      fingerprint,
      reason: 'first time',
      expectedMilliseconds: null,
    },
    { type: 'action-submitted', at, action: 'a', handle: { runner: 'local', attempt: 'a' }, log: 'l' },
  ];

  const failed: ExecutionEvent = {
    type: 'action-failed',
    at,
    action: 'a',
    milliseconds: 1,
    diagnostics: [problem('action/failed', 'it failed')],
    directory: null,
  };

  it('replays to the state of the run, also when its last line was cut short', () => {
    const layout = layoutOf(temporaryFolder());
    const journal = createJournal(layout, 'r');
    for (const event of events) journal.write(event);
    journal.open();
    writeFileSync(join(layout.journal, '00000001-r.jsonl'), '{"type":"action-suc', { flag: 'a' });
    expect(readLastJournal(layout)).toEqual(events);
    expect(stateAfter(readLastJournal(layout)!).actions()).toMatchObject([
      { action: 'a', state: 'running', since: at, detail: 'first time' },
      { action: 'b', state: 'waiting' },
    ]);
  });

  it('of a killed run tells what had ended, in order', () => {
    const layout = layoutOf(temporaryFolder());
    const journal = createJournal(layout, 'r');
    for (const event of [...events, failed]) journal.write(event);
    journal.open();
    expect(remainsOf(layout)).toEqual([
      { type: 'failed', action: 'a', failure: { at, fingerprint, message: 'it failed' } },
    ]);
  });

  it('is the last one by the order of the runs, whatever the clock said', () => {
    const layout = layoutOf(temporaryFolder());
    for (const run of ['2027-12-31', '2026-01-01']) {
      const journal = createJournal(layout, run);
      journal.write({ type: 'run-started', at, run, targets: [], profile: null, stages: [] });
      journal.open();
    }
    expect(readLastJournal(layout)).toMatchObject([{ run: '2026-01-01' }]);
  });

  it('loses the damaged line and no other, for every flipped bit', () => {
    const layout = layoutOf(temporaryFolder());
    const journal = createJournal(layout, 'r');
    for (const event of events) journal.write(event);
    journal.open();
    const path = join(layout.journal, '00000001-r.jsonl');
    const whole = readFileSync(path);
    for (let at = 0; at < whole.length; at += 7) {
      const damaged = Buffer.from(whole);
      damaged[at] = (damaged[at] ?? 0) ^ (1 << (at % 8));
      writeFileSync(path, damaged);
      const read = readLastJournal(layout) ?? [];
      expect(read.length).toBeGreaterThanOrEqual(events.length - 2);
      expect(read.every((event) => events.some((each) => sameJson(each as never, event as never)))).toBe(
        true,
      );
    }
  });

  it('has no orphans after a run that ended', () => {
    const layout = layoutOf(temporaryFolder());
    const journal = createJournal(layout, 'r');
    for (const event of events) journal.write(event);
    const counts = { ran: 0, cached: 0, failed: 0, blocked: 0 };
    journal.write({ type: 'run-finished', at, outcome: 'interrupted', milliseconds: 1, counts });
    journal.open();
    expect(remainsOf(layout)).toEqual([]);
  });
});
