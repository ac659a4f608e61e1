import { expect, it } from 'vitest';
import type { ExecutionEvent } from '../../core/contracts/events.ts';
import { traceOf } from '../../reporters/trace.ts';

const started = (action: string, at: number): ExecutionEvent => ({
  type: 'action-started',
  at,
  action,
  fingerprint: 'f',
  reason: 'first time',
  expectedMilliseconds: null,
});
const failed = (action: string, at: number): ExecutionEvent => ({
  type: 'action-failed',
  at,
  action,
  milliseconds: 0,
  diagnostics: [],
  directory: null,
});

it('gives actions that run at the same time different lanes, and uses a free one again', () => {
  const events: readonly ExecutionEvent[] = [
    { type: 'run-started', at: 1000, run: 'r', targets: [], profile: null, stages: [] },
    started('build/0', 1000),
    started('build/1', 1001),
    failed('build/0', 1005),
    started('build/2', 1006),
    failed('build/1', 1010),
  ];
  const shown = traceOf(events).traceEvents.map(({ name, cat, ts, dur, tid, args }) => [
    name,
    cat,
    ts,
    dur,
    tid,
    args['outcome'],
  ]);
  expect(shown).toEqual([
    ['build/0', 'build', 0, 5000, 1, 'failed'],
    ['build/1', 'build', 1000, 9000, 2, 'failed'],
    // It had not ended when the last event was written.
    ['build/2', 'build', 6000, 4000, 1, 'not ended'],
  ]);
});
