import { describe, expect, it } from 'vitest';
import { problem } from '../../base/diagnostic.ts';
import { readEnvironment } from '../../cli/environment.ts';
import { createDecisions } from '../../cli/watch/decisions.ts';
import { createOutput } from '../../cli/watch/output.ts';
import { eventOf } from '../rig/run-events.ts';
import { fakeTerminal } from '../rig/screen.ts';

/** As in the events of the rig. */
const fingerprint = 'f'.repeat(64);

describe('pipeline watch on a terminal', () => {
  it('breaks its lines between words', async () => {
    const terminal = fakeTerminal(40, 24);
    const environment = { ...readEnvironment({}), out: terminal };
    const results = { take: () => ({ before: 'fine with Reshape_rtl_0 at 10 MHz', isNew: true }) };
    const output = createOutput(false, { place: [], plan: [] }, environment, results, '/project');
    output
      .reporter(false)
      .report(eventOf.succeeded('estimate', 5, 'fine with Reshape_rtl_0 at 100 MHz, again'));
    expect((await terminal.rows()).slice(0, 4)).toEqual([
      'estimate  5 ms',
      '  - fine with Reshape_rtl_0 at 10 MHz',
      '  + fine with Reshape_rtl_0 at 100 MHz,',
      '    again',
    ]);
  });
});

describe('what has failed', () => {
  const action = {
    action: 'a',
    fingerprint,
    run: 'process',
    isOnRealBoard: false,
    expectedMilliseconds: 5,
  } as const;

  it('is not asked about or run again until something changes', () => {
    const decisions = createDecisions(false);
    expect([decisions.hasFailed(action), decisions.admits(action)]).toEqual([false, true]);
    decisions.reporter.report(eventOf.started('a', 0));
    decisions.reporter.report(eventOf.failed('a', 5, problem('action/failed', 'it ended with exit code 1')));
    expect([decisions.hasFailed(action), decisions.admits(action)]).toEqual([true, false]);
    // Another input makes it another action.
    expect(decisions.hasFailed({ ...action, fingerprint: 'e'.repeat(64) })).toBe(false);
    decisions.noteChange(1000);
    expect([decisions.hasFailed(action), decisions.admits(action)]).toEqual([false, true]);
  });

  it('is asked about if it was stopped, not failed', () => {
    const decisions = createDecisions(false);
    decisions.reporter.report(eventOf.started('a', 0));
    decisions.reporter.report(eventOf.cancelled('a', 5));
    expect(decisions.hasFailed(action)).toBe(false);
  });
});
