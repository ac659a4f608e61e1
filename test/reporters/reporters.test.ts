import { describe, expect, it } from 'vitest';
import type { ExecutionEvent } from '../../core/contracts/events.ts';
import { formatDiagnostic } from '../../reporters/diagnostic.ts';
import { jsonLine, jsonReporter } from '../../reporters/json.ts';
import { lazyReporter } from '../../reporters/lazy.ts';
import type { Reporter } from '../../reporters/reporter.ts';
import { duration } from '../../base/units.ts';
import { harmless, harmlessLine, harmlessView, styled } from '../../reporters/style.ts';

const at = 0;
const events: readonly ExecutionEvent[] = [
  { type: 'run-started', at, run: 'r', targets: [], profile: null, stages: ['one', 'two', 'three'] },
  { type: 'stage-expanded', at, stage: 'one', actions: ['one'] },
  {
    type: 'action-cached',
    at,
    action: 'one',
    fingerprint: 'f',
    summary: 'EMULATED: made',
    detail: [],
    emulated: true,
    warnings: [],
    savedMilliseconds: null,
  },
  {
    type: 'action-started',
    at,
    action: 'two',
    fingerprint: 'f',
    reason: 'recipe 1 → 2',
    expectedMilliseconds: null,
  },
  { type: 'action-output', at, action: 'two', text: 'not shown here\n' },
  {
    type: 'action-succeeded',
    at,
    action: 'two',
    fingerprint: 'f',
    summary: 'fine',
    detail: ['a table'],
    emulated: false,
    warnings: [{ code: 'split/over-budget', severity: 'warning', message: 'too large' }],
    milliseconds: 61_000,
    unchanged: true,
  },
  {
    type: 'action-failed',
    at,
    action: 'three',
    milliseconds: 5,
    diagnostics: [
      {
        code: 'action/failed',
        severity: 'error',
        message: 'it ended with exit code 1',
        detail: 'bad \u001b[31mthing',
      },
    ],
    directory: '.pipeline/failed/three',
  },
  { type: 'action-blocked', at, action: 'four', by: 'three' },
  {
    type: 'run-finished',
    at,
    outcome: 'failed',
    milliseconds: 2500,
    counts: { ran: 1, cached: 1, failed: 1, blocked: 1 },
  },
];

it('the JSON reporter writes the events, one per line', () => {
  let text = '';
  const write = (part: string): void => void (text += part);
  const reporter = jsonReporter({
    write,
    pass: write,
    isTerminal: false,
    isLive: false,
    hasColour: false,
    width: 80,
    height: 24,
  });
  for (const event of events) reporter.report(event);
  const lines = text.trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line) as ExecutionEvent)).toEqual(events);
});

describe('the lazy reporter', () => {
  const recorder = (into: string[]): Reporter => ({
    report: ({ type }) => void into.push(type),
    finish: () => Promise.resolve(),
  });

  it('leaves a run in which nothing starts to the quiet one', async () => {
    const quiet: string[] = [];
    const reporter = lazyReporter(() => Promise.reject(new Error('loaded')), recorder(quiet));
    for (const event of events.slice(0, 3)) reporter.report(event);
    await reporter.finish();
    expect(quiet).toEqual(['run-started', 'stage-expanded', 'action-cached']);
  });

  it('says at once that the run stops, although nothing is loaded', () => {
    const quiet: string[] = [];
    const reporter = lazyReporter(() => Promise.reject(new Error('loaded')), recorder(quiet));
    reporter.report({ type: 'run-stopping', at });
    expect(quiet).toEqual(['run-stopping']);
  });

  it('passes every event to the other one, once and in order', async () => {
    const live: string[] = [];
    const reporter = lazyReporter(() => Promise.resolve(recorder(live)), recorder([]));
    for (const event of events) reporter.report(event);
    await reporter.finish();
    expect(live).toEqual(events.map(({ type }) => type));
  });
});

describe('a diagnostic', () => {
  const pipe = { isTerminal: false, hasColour: false, width: 80 };
  const readLines = () => ['stages:', '\tone: {kin: shell}'];

  it('shows its line with a marker below the exact place, also after tabs', () => {
    const place = { file: 'pipeline.yaml', line: 2, column: 8, length: 3 };
    const diagnostic = {
      code: 'config/unknown-key',
      severity: 'error',
      message: 'unknown key "kin"',
      place,
      hint: 'did you mean kind?',
    } as const;
    expect(formatDiagnostic(diagnostic, readLines, pipe)).toBe(
      `error[config/unknown-key]: unknown key "kin"
  pipeline.yaml:2:8
  2 | \tone: {kin: shell}
    | \t      ^^^
  hint: did you mean kind?
`,
    );
  });

  it('has its marker below wide characters too', () => {
    const place = { file: 'a', line: 1, column: 6, length: 2 };
    const diagnostic = { code: 'a/b', severity: 'error', message: 'm', place } as const;
    expect(formatDiagnostic(diagnostic, () => ['日本: 合成 x'], pipe)).toBe(
      `error[a/b]: m
  a:1:6
  1 | 日本: 合成 x
    |         ^^^
`,
    );
  });

  it('leaves out the line if the file cannot be read', () => {
    const diagnostic = {
      code: 'a/b',
      severity: 'warning',
      message: 'm',
      place: { file: 'gone', line: 2 },
    } as const;
    expect(formatDiagnostic(diagnostic, () => null, pipe)).toBe('warning[a/b]: m\n  gone:2:1\n');
  });
});

it('a diagnostic on a terminal is wrapped between words, and the gutter of output is repeated', () => {
  const diagnostic = {
    code: 'action/failed',
    severity: 'error',
    message: 'it ended with exit code 1 after a long while',
    hint: 'look at the log of the licence server',
    detail: 'short\n10%\r20%\rthe licence of the device has expired\r',
  } as const;
  expect(formatDiagnostic(diagnostic, () => null, { isTerminal: true, hasColour: false, width: 30 })).toBe(
    `error[action/failed]: it ended
  with exit code 1 after a
  long while
  │ short
  │ the licence of the device
  │ has expired
  hint: look at the log of the
    licence server
`,
  );
});

it('durations are in a unit suited to their length', () => {
  expect([5, 999, 1500, 61_000, 3_600_000 + 20 * 60_000].map(duration)).toEqual([
    '5 ms',
    '999 ms',
    '1.5 s',
    '1 min 1 s',
    '1 h 20 min',
  ]);
});

it('output of tools cannot move the cursor or ring the bell', () => {
  expect(harmless('\u001b[2Jab\r\nc\td')).toBe('ab\nc\td');
  expect(harmless('ring\u0007 it')).toBe('ring it');
  // A title by OSC, by its C1 form, and a reversed name.
  expect(harmless('a\u001b]0;pwned\u0007b\u009d0;pwned\u009cc\u202egpj.exe')).toBe('abcgpj.exe');
  expect(harmlessLine('a\nb\tc')).toBe('a\\nb c');
});

it('a view keeps its own colours and no other sequence', () => {
  const view = `${styled('red', 'failed', true)} \u001b[8mhidden\u001b[2J`;
  expect(harmlessView(view)).toBe(`${styled('red', 'failed', true)} hidden`);
});

it('JSON escapes what would control a terminal, and keeps its value', () => {
  const value = { name: 'a\u009d0;pwned\u009c\u202eb\u001b' };
  expect(jsonLine(value)).toMatch(/^[\x20-\x7e]+\n$/);
  expect(JSON.parse(jsonLine(value))).toEqual(value);
});
