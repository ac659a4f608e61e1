import { describe, expect, it } from 'vitest';
import { problem, warning } from '../../base/diagnostic.ts';
import type { ExecutionEvent } from '../../core/contracts/events.ts';
import { plainReporter } from '../../reporters/plain.ts';
import type { Volume } from '../../reporters/reporter.ts';
import { eventOf } from '../rig/run-events.ts';
import { fakeClock } from '../rig/screen.ts';

const choice = { place: ['-f', 'other.yaml'], plan: ['--profile', 'lab', '--set', 'a.b=x y'] };

const minute = 60_000;

function plain(volume: Volume = 'normal', hasColour = false) {
  const clock = fakeClock();
  let text = '';
  const write = (part: string): void => void (text += part);
  const terminal = { write, pass: write, isTerminal: false, isLive: false, hasColour, width: 20, height: 24 };
  const reporter = plainReporter(terminal, () => null, { clock, volume, choice });
  return {
    clock,
    /** What these events have it write. */
    shown(...events: readonly ExecutionEvent[]): string {
      text = '';
      for (const event of events) reporter.report(event);
      return text;
    },
    after(milliseconds: number): string {
      text = '';
      clock.pass(milliseconds);
      return text;
    },
  };
}

const events: readonly ExecutionEvent[] = [
  { ...eventOf.began(0, 'one', 'two', 'three') },
  eventOf.expanded('one', 'one'),
  eventOf.upToDate('one', 90 * minute),
  eventOf.expanded('two', 'two'),
  eventOf.expanded('three', 'three'),
  eventOf.started('two', 0, null, 'recipe 1 → 2'),
  eventOf.printed('two', 'not shown here\n'),
  eventOf.succeeded('two', 61_000, 'fine', {
    detail: ['a table'],
    warnings: [warning('split/over-budget', 'too large')],
  }),
  eventOf.started('three', 0),
  eventOf.failed('three', 5, problem('action/failed', 'it ended', { detail: 'bad \u001b[31mthing' })),
  eventOf.blocked('four', 'three'),
  eventOf.blocked('five', 'four'),
  eventOf.finished('failed', 2500, { ran: 1, cached: 1, failed: 1, blocked: 2 }),
];

describe('plain lines', () => {
  it('are one for what starts and what ends, and for a failure also where to look and what to try', () => {
    expect(plain().shown(...events)).toBe(`two    running (recipe 1 → 2)
two    ok 1 min 1 s  fine
warning[split/over-budget]: too large
three  running (first time)
three  failed after 5 ms
error[action/failed]: it ended
  │ bad thing
  its work directory is kept: .pipeline/failed/three
  its whole output: pipeline logs three -f other.yaml
  to try again: pipeline run three -f other.yaml --profile lab --set 'a.b=x y'

two
  a table

↓ 2 actions not run because of three: four, five
✖ failed: 1 ran, 1 up to date (1 h 30 min not repeated), 1 failed (three), 2 not run in 2.5 s
`);
  });

  it('are those of failures and the last one if they are to be few', () => {
    expect(plain('quiet').shown(...events)).toBe(`three  failed after 5 ms
error[action/failed]: it ended
  │ bad thing
  its work directory is kept: .pipeline/failed/three
  its whole output: pipeline logs three -f other.yaml
  to try again: pipeline run three -f other.yaml --profile lab --set 'a.b=x y'
✖ failed: 1 ran, 1 up to date (1 h 30 min not repeated), 1 failed (three), 2 not run in 2.5 s
`);
  });

  it('have colours only if they are allowed', () => {
    expect(plain('normal', true).shown(...events)).toContain('\u001b[');
    expect(plain().shown(...events)).not.toContain('\u001b[');
  });

  it('are a single one if there is nothing to do', () => {
    const cached = ['one', 'two'].flatMap((name) => [
      eventOf.expanded(name, name),
      eventOf.upToDate(name, minute),
    ]);
    const finished = eventOf.finished('ok', 12, { cached: 2 });
    expect(plain().shown(eventOf.began(0, 'one', 'two'), ...cached, finished)).toBe(
      '✔ 2 up to date, 2 min 0 s not repeated\n',
    );
    const quick = [eventOf.upToDate('one', 900), eventOf.finished('ok', 12, { cached: 1 })];
    expect(plain().shown(eventOf.began(0, 'one'), ...quick)).toBe('✔ 1 up to date\n');
  });

  it('say EMULATED if any result is', () => {
    const emulated = { ...eventOf.upToDate('one'), emulated: true };
    expect(plain().shown(eventOf.began(0, 'one'), emulated, eventOf.finished('ok', 12, { cached: 1 }))).toBe(
      '✔ 1 up to date EMULATED\n',
    );
  });

  it('keep the warnings of what is up to date', () => {
    const warned = {
      ...eventOf.upToDate('one'),
      warnings: [warning('split/over-budget', 'too large')],
    };
    expect(plain().shown(eventOf.began(0, 'one'), warned)).toBe(
      'one  up to date\nwarning[split/over-budget]: too large\n',
    );
  });

  it('say each minute what still runs, but only after a minute of silence', () => {
    const view = plain();
    view.shown(
      eventOf.began(0, 'build'),
      eventOf.expanded('build', 'build/0', 'build/1'),
      eventOf.started('build/0', 0),
    );
    expect(view.after(minute - 1)).toBe('');
    expect(view.after(1)).toBe('still running: build/0 1 min\n');
    view.shown(eventOf.step('build/0', 'route_design 5/6'));
    expect(view.after(30_000)).toBe('');
    expect(view.shown(eventOf.started('build/1', view.clock.now()))).toBe('build/1  running (first time)\n');
    expect(view.after(50_000)).toBe('');
    expect(view.after(10_000)).toBe('still running: build/0 3 min (route_design 5/6), build/1 1 min\n');
    view.shown(eventOf.succeeded('build/0', 1), eventOf.succeeded('build/1', 1));
    expect(view.after(10 * minute)).toBe('');
  });

  it('show the output of actions behind their names, if asked to', () => {
    const view = plain('verbose');
    view.shown(eventOf.began(0, 'a', 'long'), eventOf.started('a', 0));
    expect(view.shown(eventOf.printed('a', 'one\n\u001b]0;title\u0007tw'))).toBe('a    │ one\n');
    expect(view.shown(eventOf.printed('a', 'o\nthree'))).toBe('a    │ two\n');
    expect(view.shown(eventOf.succeeded('a', 5))).toBe('a    │ three\na     ok 5 ms\n');
  });

  it('say what was stopped, but not all that did not begin', () => {
    const view = plain();
    view.shown(eventOf.began(0, 'a', 'b'), eventOf.expanded('a', 'a'), eventOf.expanded('b', 'b'));
    view.shown(eventOf.started('a', 0));
    expect(view.shown(eventOf.stopping(5))).toBe(
      'stopping: waiting for 1 running action; press Ctrl-C again to kill it\n',
    );
    expect(
      view.shown(
        eventOf.cancelled('b', 10),
        eventOf.cancelled('a', 10),
        eventOf.finished('interrupted', 10, { blocked: 2 }),
      ),
    ).toBe('✖ interrupted: 0 ran, 0 up to date, 1 stopped (a), 1 not run in 10 ms\n');
  });
});
