import { describe, expect, it } from 'vitest';
import { problem } from '../../base/diagnostic.ts';
import type { ExecutionEvent } from '../../core/contracts/events.ts';
import type { Volume } from '../../reporters/reporter.ts';
import { liveReporter } from '../../reporters/live.ts';
import { plainReporter } from '../../reporters/plain.ts';
import { eventOf } from '../rig/run-events.ts';
import { fakeClock, fakeTerminal } from '../rig/screen.ts';

const choice = { place: [], plan: [] };

/** What stays on a terminal of some columns, as rows. */
async function rowsAfter(
  width: number,
  volume: Volume,
  ...events: readonly ExecutionEvent[]
): Promise<readonly string[]> {
  const terminal = fakeTerminal(width, 1000);
  const clock = fakeClock();
  const reporter =
    volume === 'quiet'
      ? plainReporter(terminal, () => null, { clock, volume, choice })
      : liveReporter(terminal, () => null, { clock, volume, choice });
  for (const event of events) reporter.report(event);
  await reporter.finish();
  const rows = await terminal.rows();
  return rows.slice(0, rows.findLastIndex((row) => row !== '') + 1);
}

describe('an action that has ended', () => {
  const name = `build-${'x'.repeat(71)}`;
  const failure = eventOf.failed(name, 5, problem('action/failed', 'it ended with exit code 1'));

  it.each([40, 60])('has its mark and the beginning of its name in one row of %d columns', async (width) => {
    const began = eventOf.began(0, name);
    const [ok = ''] = await rowsAfter(width, 'normal', began, eventOf.succeeded(name, 1200));
    expect(ok).toBe(`✔ ${name.slice(0, width - 5)}…`);
    const [failed = ''] = await rowsAfter(width, 'normal', began, failure);
    expect(failed).toBe(`✖ ${name.slice(0, width - 11)}…  failed`);
  });

  it('keeps what can be copied in one piece, below its title if there is no room beside it', async () => {
    const rows = await rowsAfter(40, 'normal', eventOf.began(0, 'bad'), eventOf.failed('bad', 5));
    expect(rows).toEqual([
      '✖ bad  failed after 5 ms',
      '  its work directory is kept:',
      '    .pipeline/failed/bad',
      '  its whole output: pipeline logs bad',
      '  to try again: pipeline run bad',
    ]);
  });
});

describe('many failures', () => {
  const names = Array.from({ length: 300 }, (_, at) => `s${at}`);
  const events: readonly ExecutionEvent[] = [
    eventOf.began(0, ...names),
    ...names.map((name) =>
      eventOf.failed(name, 5, problem('action/failed', 'it ended with exit code 1', { detail: 'why' })),
    ),
    eventOf.finished('failed', 5000, { failed: 300 }),
  ];

  it.each(['normal', 'quiet'] as const)(
    'are told in full ten times, then in one line (%s)',
    async (volume) => {
      const rows = await rowsAfter(100, volume, ...events);
      expect(rows.filter((row) => row.includes('its whole output: '))).toHaveLength(10);
      expect(rows).toHaveLength(10 * 6 + 290 + 2 + 1);
      expect(rows.find((row) => row.includes('s299 '))).toMatch(
        /s299 {2}failed after 5 ms {2}it ended with exit code 1$/,
      );
      expect(rows.slice(-3, -1)).toEqual([
        '  290 failures more, of which the first line is shown: pipeline status has their messages, pipeline',
        '    logs NAME the output',
      ]);
    },
  );

  it('have one line each however narrow the terminal is', async () => {
    const rows = await rowsAfter(30, 'normal', ...events);
    expect(rows.filter((row) => /^✖ s\d+ /.test(row))).toHaveLength(300);
    expect(rows).toContain('✖ s299  failed after 5 ms  it…');
  });
});
