import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { problem } from '../../base/diagnostic.ts';
import type { ExecutionEvent } from '../../core/contracts/events.ts';
import { liveReporter } from '../../reporters/live.ts';
import type { Volume } from '../../reporters/reporter.ts';
import { eventOf } from '../rig/run-events.ts';
import type { FakeTerminal } from '../rig/screen.ts';
import { fakeClock, fakeTerminal } from '../rig/screen.ts';

const minute = 60_000;

function viewOn(terminal: FakeTerminal, volume: Exclude<Volume, 'quiet'> = 'normal') {
  const clock = fakeClock();
  const reporter = liveReporter(terminal, () => null, { clock, volume });
  return {
    clock,
    report(...events: readonly ExecutionEvent[]): void {
      for (const event of events) reporter.report(event);
    },
    finish: () => reporter.finish(),
    /** What is to be seen once the next frame has been drawn. */
    shown(): Promise<string> {
      clock.pass(100);
      return terminal.contents();
    },
  };
}

/** A run began, with these stages of one action each. */
const begun = (...stages: readonly string[]): readonly ExecutionEvent[] => [
  eventOf.began(0, ...stages),
  ...stages.map((stage) => eventOf.expanded(stage, stage)),
];

describe('the live view', () => {
  it('shows how far the run is, what runs and since when, its step, its output, and who waits', async () => {
    const view = viewOn(fakeTerminal(80, 24));
    view.report(
      eventOf.began(0, 'split', 'build', 'package'),
      eventOf.expanded('split', 'split'),
      eventOf.upToDate('split', 5000),
      eventOf.expanded('build', 'build/0', 'build/1', 'build/2'),
      eventOf.started('build/0', 0, 55 * minute),
      eventOf.forecast(0, 60 * minute),
    );
    view.clock.pass(12 * minute);
    view.report(
      eventOf.started('build/1', 12 * minute, null, 'run.env.PE 8 → 16'),
      eventOf.step('build/0', 'route_design 5/6'),
      eventOf.printed('build/0', 'Phase 1\nPhase 2 配線中\n'),
    );
    view.clock.pass(4900);
    expect(await view.shown()).toBe(`1/5+ done, 2 running, 1 up to date, ≈ 48 min left · 12 min 5 s
⠏ build/0  12 min 5 s of ≈ 55 min  route_design 5/6
    Phase 2 配線中
⠏ build/1  5 s  run.env.PE 8 → 16
… build/2`);
  });

  it('keeps what has ended above what runs, in order, with whole messages and summaries', async () => {
    const view = viewOn(fakeTerminal(40, 24));
    const message = 'the licence server could not be reached within half a minute';
    view.report(
      ...begun('a', 'b', 'c', 'd'),
      eventOf.started('a', 0),
      eventOf.started('b', 0),
      eventOf.succeeded('a', 61_000, '52 BRAM18, 15456 LUT, 0 DSP; 12755 cycles an image'),
      eventOf.started('c', 0),
      eventOf.failed(
        'b',
        2000,
        problem('vivado/no-licence', message, { detail: 'ERROR: no licence\nat all' }),
      ),
      eventOf.blocked('d', 'b'),
    );
    expect(await view.shown()).toBe(`✔ a  1 min 1 s  52 BRAM18, 15456 LUT, 0
    DSP; 12755 cycles an image
✖ b  failed after 2.0 s
error[vivado/no-licence]: the licence
  server could not be reached within
  half a minute
  │ ERROR: no licence
  │ at all
  its work directory is kept: .pipeline/failed/b
  its whole output: pipeline logs b
  to try again: pipeline run b
1/4 done, 1 running, 1 failed · 0 s
⠋ c  0 s  first time`);
    view.report(
      eventOf.succeeded('c', 100),
      eventOf.finished('failed', 62_000, { ran: 2, failed: 1, blocked: 1 }),
    );
    await view.finish();
    expect(await view.shown()).toContain(`to try again: pipeline run b
✔ c  100 ms
↓ 1 action not run because of b: d
✖ failed: 2 ran, 0 up to date, 1 failed
  (b), 1 not run in 1 min 2 s`);
  });

  it('says at once that it stops and whom it waits for, and in the end what it stopped', async () => {
    const terminal = fakeTerminal(80, 24);
    const view = viewOn(terminal);
    view.report(...begun('a', 'b'), eventOf.started('a', 0), eventOf.stopping(10));
    expect(await terminal.contents()).toBe(
      `stopping: waiting for 1 running action; press Ctrl-C again to kill it
stopping, 0/2 done, 1 running · 0 s
⠋ a  0 s  first time
… b`,
    );
    view.report(
      eventOf.cancelled('b', 20),
      eventOf.cancelled('a', 20),
      eventOf.finished('interrupted', 20, { blocked: 2 }),
    );
    await view.finish();
    expect(await terminal.contents()).toBe(
      `stopping: waiting for 1 running action; press Ctrl-C again to kill it
✖ interrupted: 0 ran, 0 up to date, 1 stopped (a), 1 not run in 20 ms`,
    );
  });

  it('never says that all is done while the items of a stage are not known', async () => {
    const view = viewOn(fakeTerminal(80, 24));
    view.report(eventOf.began(0, 'split', 'build'), eventOf.expanded('split', 'split'));
    view.report(eventOf.started('split', 0), eventOf.succeeded('split', 1));
    expect(await view.shown()).toContain('1/2+ done');
  });

  it('lists the first quick actions of which nothing is known but that they ran, and counts the others', async () => {
    const names = Array.from({ length: 1000 }, (_, at) => `s${at}`);
    const view = viewOn(fakeTerminal(80, 24));
    view.report(...begun(...names));
    for (const name of names)
      view.report(eventOf.started(name, 0), eventOf.succeeded(name, 5, name === 's900' ? 'special' : null));
    view.report(eventOf.finished('ok', 5000, { ran: 1000 }));
    await view.finish();
    expect((await view.shown()).split('\n').slice(18)).toEqual([
      '✔ s18   5 ms',
      '✔ s19   5 ms',
      '✔ s900  5 ms  special',
      '  and 979 quick actions more (pipeline status lists all)',
      '✔ done: 1000 ran, 0 up to date in 5.0 s',
    ]);
  });

  it('shows as many of those that run as there is room for', async () => {
    const terminal = fakeTerminal(30, 6);
    const view = viewOn(terminal);
    const names = Array.from({ length: 10 }, (_, at) => `s${at}`);
    view.report(...begun(...names));
    for (const name of names) view.report(eventOf.started(name, 0));
    view.clock.pass(100);
    expect(await terminal.rows()).toEqual([
      '0/10 done, 10 running · 0 s',
      '⠋ s0  0 s  first time',
      '⠋ s1  0 s  first time',
      '⠋ s2  0 s  first time',
      '  and 7 more running',
      '',
    ]);
  });

  it('shows the output of actions line by line, if asked to', async () => {
    const view = viewOn(fakeTerminal(80, 24), 'verbose');
    view.report(
      eventOf.began(0, 'build'),
      eventOf.expanded('build', 'build/0', 'build/10'),
      eventOf.started('build/0', 0),
      eventOf.started('build/10', 0),
      eventOf.printed('build/0', 'one\ntw'),
      eventOf.printed('build/10', '\u001b[2Jother\n'),
      eventOf.printed('build/0', 'o\nrest'),
      eventOf.succeeded('build/0', 5),
    );
    expect(await view.shown()).toBe(`build/0  │ one
build/10 │ other
build/0  │ two
build/0  │ rest
✔ build/0   5 ms
1/2 done, 1 running · 0 s
⠋ build/10  0 s  first time
    other`);
  });

  it('stays in one piece when the terminal is resized', async () => {
    const terminal = fakeTerminal(100, 20);
    const view = viewOn(terminal);
    view.report(
      ...begun('a', 'b'),
      eventOf.started('a', 0),
      eventOf.printed('a', `${'日本語の出力 '.repeat(6)}\n`),
    );
    for (const [width, height] of [
      [100, 20],
      [37, 20],
      [60, 6],
      [200, 30],
    ] as const) {
      await terminal.resize(width, height);
      const lines = (await view.shown()).split('\n');
      expect(lines).toHaveLength(4);
      expect(lines[0]).toBe('0/2 done, 1 running · 0 s');
    }
  });

  it('is drawn as a whole when the terminal has become lower', async () => {
    const terminal = fakeTerminal(30, 3);
    const view = viewOn(terminal);
    view.report(...begun('a', 'b'));
    view.clock.pass(100);
    expect(await terminal.rows()).toEqual(['0/2 done · 0 s', '… a, b', '']);
    await terminal.resize(30, 2);
    view.clock.pass(100);
    expect(await terminal.rows()).toEqual(['0/2 done · 0 s', '']);
  });

  it('draws no more often than ten times a second', () => {
    const terminal = fakeTerminal(80, 24);
    const view = viewOn(terminal);
    view.report(...begun('a'), eventOf.started('a', 0));
    view.clock.pass(100);
    const before = terminal.written();
    for (let at = 0; at < 10_000; at++) view.report(eventOf.printed('a', `line ${at}\n`));
    expect(terminal.written()).toBe(before);
    view.clock.pass(100);
    expect(terminal.written() - before).toBeLessThan(300);
  });
});

describe('after any events', () => {
  const action = fc.constantFrom('a', 'b/0', 'b/1', '長い名前の段階', 'a-name-that-is-rather-long/12');
  const text = fc.constantFrom(
    'fine',
    'x'.repeat(70),
    '配線 '.repeat(20).trimEnd(),
    '\u001b[2J🚀 done',
    'one two',
  );
  const event = fc.oneof(
    action.map((name) => eventOf.started(name, 0)),
    fc.tuple(action, text).map(([name, line]) => eventOf.printed(name, `${line}\n`)),
    fc.tuple(action, text).map(([name, line]) => eventOf.step(name, line)),
    fc
      .tuple(action, fc.nat(9999), fc.nat(3000))
      .map(([name, id, ms]) => eventOf.succeeded(name, ms, `summary-${id}`)),
    fc
      .tuple(action, fc.nat(9999))
      .map(([name, id]) => eventOf.failed(name, 5, problem(`a/${id}`, 'it failed'))),
    action.map((name) => eventOf.upToDate(name, 10)),
    fc.tuple(action, action).map(([name, by]) => eventOf.blocked(name, by)),
    action.map((name) => eventOf.cancelled(name, 0)),
    fc.constant(eventOf.stopping(0)),
    fc.option(fc.nat(1e7)).map((remaining) => eventOf.forecast(0, remaining)),
  );
  // No lower, when it is resized, than the live part can be: what a terminal has scrolled away cannot be replaced.
  const size = fc.tuple(fc.integer({ min: 30, max: 130 }), fc.integer({ min: 14, max: 40 }));
  const small = fc.tuple(fc.integer({ min: 30, max: 60 }), fc.integer({ min: 2, max: 13 }));

  it('no line is broken, one status is in sight, and every failure and summary stays', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.tuple(size, fc.array(fc.tuple(event, fc.option(size, { freq: 8 })), { maxLength: 60 })),
          fc.tuple(small, fc.array(fc.tuple(event, fc.constant(null)), { maxLength: 60 })),
        ),
        async ([[width, height], steps]) => {
          const terminal = fakeTerminal(width, height);
          const view = viewOn(terminal);
          view.report(eventOf.began(0, 'a', 'b', 'c'), eventOf.expanded('b', 'b/0', 'b/1'));
          for (const [each, resized] of steps) {
            if (resized !== null) await terminal.resize(...resized);
            view.report(each);
            view.clock.pass(100);
            const rows = await terminal.rows();
            expect(rows.filter((row) => /\d\/\d+\+? done/.test(row))).toHaveLength(1);
            // The cursor is below the live part, so the last row is free.
            expect(rows.at(-1)).toBe('');
          }
          await view.finish();
          const contents = await terminal.contents();
          expect(contents).not.toMatch(/\d\/\d+\+? done/);
          for (const [each] of steps) {
            if (each.type === 'action-failed') expect(contents).toContain(each.diagnostics[0]!.code);
            if (each.type === 'action-succeeded') expect(contents).toContain(each.summary!);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});
