import { spawnSync } from 'node:child_process';
import { utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ExecutionEvent } from '../../core/contracts/events.ts';
import { openFileDigests } from '../../core/state/file-digests.ts';
import { createJournal, remainsOf, readLastJournal } from '../../core/state/journal.ts';
import { layoutOf } from '../../core/state/layout.ts';
import { acquireLock } from '../../base/lock.ts';
import { actionStates } from '../../reporters/action-status.ts';
import { projectWith, temporaryFolder, writeIn } from '../rig/project.ts';

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

describe('the lock', () => {
  it('is held by one', () => {
    const layout = layoutOf(temporaryFolder());
    const lock = acquireLock(layout.lock);
    expect(lock).toMatchObject({ type: 'held', inherited: false });
    expect(acquireLock(layout.lock)).toMatchObject({ type: 'taken', by: { pid: process.pid } });
    if (lock.type === 'held') lock.release();
    expect(acquireLock(layout.lock)).toMatchObject({ type: 'held', inherited: false });
  });

  it('passes on from a dead owner, and from one whose number now belongs to another process', () => {
    const layout = layoutOf(temporaryFolder());
    const dead = spawnSync('true').pid;
    writeIn(layout.project, '.pipeline/lock', JSON.stringify({ pid: dead, started: '1' }));
    expect(acquireLock(layout.lock)).toMatchObject({ type: 'held', inherited: true });
    writeIn(layout.project, '.pipeline/lock', JSON.stringify({ pid: process.pid, started: '1' }));
    expect(acquireLock(layout.lock)).toMatchObject({ type: 'held', inherited: true });
  });
});

describe('the journal', () => {
  const at = 1000;
  const events: readonly ExecutionEvent[] = [
    { type: 'run-started', at, run: 'r', targets: [], profile: null, stages: ['a', 'b'] },
    { type: 'stage-expanded', at, stage: 'a', actions: ['a'] },
    { type: 'stage-expanded', at, stage: 'b', actions: ['b'] },
    { type: 'action-started', at, action: 'a', fingerprint: 'f', reason: 'first time' },
    { type: 'action-submitted', at, action: 'a', handle: { runner: 'local', pid: 1 }, log: 'l' },
  ];

  it('replays to the state of the run, also when its last line was cut short', () => {
    const layout = layoutOf(temporaryFolder());
    const journal = createJournal(layout, '2026-01-01');
    for (const event of events) journal.write(event);
    journal.open();
    writeFileSync(join(layout.journal, '2026-01-01.jsonl'), '{"type":"action-suc', { flag: 'a' });
    expect(readLastJournal(layout)).toEqual(events);
    expect(actionStates(readLastJournal(layout)!)).toMatchObject([
      { action: 'a', state: 'running', since: at, detail: 'first time' },
      { action: 'b', state: 'waiting' },
    ]);
    expect(remainsOf(layout)).toEqual({ handles: [{ runner: 'local', pid: 1 }], results: [] });
  });

  it('has no orphans after a run that ended', () => {
    const layout = layoutOf(temporaryFolder());
    const journal = createJournal(layout, '2026-01-01');
    for (const event of events) journal.write(event);
    const counts = { ran: 0, cached: 0, failed: 0, blocked: 0 };
    journal.write({ type: 'run-finished', at, outcome: 'interrupted', milliseconds: 1, counts });
    journal.open();
    expect(remainsOf(layout)).toEqual({ handles: [], results: [] });
  });
});
