import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { problem } from '../../base/diagnostic.ts';
import { failure, success } from '../../base/result.ts';
import { loadPlan } from '../../core/config/load.ts';
import type { ExecutionEvent } from '../../core/contracts/events.ts';
import type { StageKind } from '../../core/contracts/stage.ts';
import type { Work } from '../../core/contracts/types.ts';
import { registryWith, runEngine } from '../rig/engine.ts';
import { labels } from '../rig/events.ts';
import { each } from '../rig/kinds.ts';
import { projectWith } from '../rig/project.ts';

const shell = (command: string, more = '') =>
  `{kind: shell, ${more} with: {command: '${command}', outputs: [x]}}`;
const file = (stages: Record<string, string>, head = '') =>
  `version: 1\n${head}stages:\n${Object.entries(stages)
    .map(([name, stage]) => `  ${name}: ${stage}\n`)
    .join('')}`;

/** The labels of started actions, in order. */
const started = (events: readonly ExecutionEvent[]) =>
  events.flatMap((event) => (event.type === 'action-started' ? [event.action] : []));

/** How many actions ran at the same time, at most. */
function mostAtOnce(events: readonly ExecutionEvent[]): number {
  let [now, most] = [0, 0];
  for (const { type } of events) {
    if (type === 'action-started') most = Math.max(most, ++now);
    if (type === 'action-succeeded') now--;
  }
  return most;
}

describe('resources', () => {
  const four = (uses: string) =>
    Object.fromEntries(['a', 'b', 'c', 'd'].map((name) => [name, shell(`echo ${name} > out/x`, uses)]));

  it.each([
    ['a pool', 'resources: {seats: 1}\n', 'uses: {seats: 1},', 1],
    ['memory', 'resources: {memory: 4 GB}\n', 'uses: {memory: 2.5 GB},', 1],
    ['cores', 'resources: {cores: 4}\n', 'uses: {cores: 2},', 2],
    ['nothing that is named', 'resources: {seats: 1}\n', '', 4],
  ])('limit what runs at the same time: %s', async (_, resources, uses, most) => {
    const { events } = await runEngine(projectWith({}), file(four(uses), resources), [], { jobs: 4 });
    expect(labels(events, 'action-succeeded')).toEqual(['a', 'b', 'c', 'd']);
    expect(mostAtOnce(events)).toBe(most);
  });

  it('are in no key', async () => {
    const folder = projectWith({});
    await runEngine(folder, file(four('')));
    const again = await runEngine(
      folder,
      file(four('uses: {seats: 2, memory: 1 GB},'), 'resources: {seats: 3}\n'),
    );
    expect(labels(again.events, 'action-cached')).toEqual(['a', 'b', 'c', 'd']);
  });

  it('a command is told how many cores it may use', async () => {
    const folder = projectWith({});
    const text = file({
      a: shell('test $PIPELINE_CORES = 3; echo > out/x', 'uses: {cores: 3},'),
      b: shell('test $PIPELINE_CORES = 1; echo > out/x'),
      c: shell('test $PIPELINE_CORES = 8; echo > out/x', 'uses: {cores: 64},'),
    });
    const { events } = await runEngine(folder, text, [], { jobs: 2 });
    expect(labels(events, 'action-succeeded')).toEqual(['a', 'b', 'c']);
  });

  it.each([
    ['resources: {seats: 2}\n', 'uses: {seat: 1},', 'there is no resource "seat"', 'did you mean seats?'],
    ['', 'uses: {gpu: 1},', 'there is no resource "gpu"', 'resources: {gpu: 2}'],
    ['resources: {seats: 2}\n', 'uses: {seats: 3},', '"a" takes more seats than there is: 3 of 2', ''],
    [
      'resources: {memory: 4 GB}\n',
      'uses: {memory: 16 GB},',
      '"a" takes more memory than there is: 16 GB of 4 GB',
      '',
    ],
  ])('%s %s is refused at its place', async (resources, uses, message, hint) => {
    const loaded = await loadPlan(
      'pipeline.yaml',
      file({ a: shell('true', uses) }, resources),
      null,
      registryWith([]),
    );
    expect(loaded).toMatchObject({
      ok: false,
      diagnostics: [{ message, place: { line: resources === '' ? 3 : 4 } }],
    });
    if (!loaded.ok) expect(loaded.diagnostics[0]?.hint ?? '').toContain(hint);
  });
});

describe('the order in which actions start', () => {
  // Over a store that answers later, what is known first starts first: it keeps the only place until the others are known.
  const busy = shell('sleep 0.3; echo busy > out/x');

  it('begins with the longest chain, without any history', async () => {
    const chain = `{kind: shell, needs: {a: c1}, with: {command: 'echo 2 > out/x', outputs: [x]}}`;
    const text = file({ busy, single: shell('echo 0 > out/x'), c1: shell('echo 1 > out/x'), c2: chain });
    const { events } = await runEngine(projectWith({}), text, [], { jobs: 1 });
    const order = started(events).filter((action) => action !== 'busy');
    expect(order).toEqual(['c1', 'single', 'c2']);
  });

  it('begins with what took longest', async () => {
    const folder = projectWith({});
    const text = (change: string) =>
      file({
        busy: shell(`sleep 0.3; echo ${change} busy > out/x`),
        quick: shell(`echo ${change} > out/x`),
        slow: shell(`sleep 0.4; echo ${change} > out/x`),
      });
    await runEngine(folder, text('1'), [], { jobs: 1 });
    const { events } = await runEngine(folder, text('2'), [], { jobs: 1 });
    expect(started(events).filter((action) => action !== 'busy')).toEqual(['slow', 'quick']);
    const slow = events.find((event) => event.type === 'action-started' && event.action === 'slow');
    expect(slow).toMatchObject({ expectedMilliseconds: expect.any(Number) as number });
    const forecasts = events.flatMap((event) => (event.type === 'run-forecast' ? [event] : []));
    expect(forecasts[0]?.remainingMilliseconds).toBeGreaterThanOrEqual(400);
  });

  it('says what need not be repeated', async () => {
    const folder = projectWith({});
    const text = file({ slow: shell('sleep 0.3; echo > out/x') });
    await runEngine(folder, text);
    const { events } = await runEngine(folder, text);
    const cached = events.find((event) => event.type === 'action-cached');
    expect(cached?.savedMilliseconds).toBeGreaterThanOrEqual(300);
  });
});

describe('what something else made fail', () => {
  const flaky: StageKind = {
    ...each,
    kind: 'flaky',
    foreach: null,
    retries: { 'seats/taken': 'later', 'memory/gone': 'alone' },
    action: () => ({ params: {}, tools: {}, run: { type: 'builtin', name: 'try' } }),
  };
  const text = (others = '') => `version: 1\nstages:\n  it: {kind: flaky, with: {command: ''}}\n${others}`;
  /** Fails for each reason in turn, and then succeeds. */
  const failing = (...codes: readonly string[]): Work => {
    const left = [...codes];
    return (job) => {
      const code = left.shift();
      if (code !== undefined) return Promise.resolve(failure(problem(code, `no luck: ${code}`)));
      writeFileSync(join(job.outDir, 'made'), 'made');
      return Promise.resolve(success({}));
    };
  };

  it('is tried again with longer and longer pauses, if that may pass', async () => {
    const pauses: number[] = [];
    const { events } = await runEngine(projectWith({}), text(), [flaky], {
      works: { try: failing(...Array.from({ length: 7 }, () => 'seats/taken')) },
      pause: (milliseconds) => {
        pauses.push(milliseconds);
        return Promise.resolve();
      },
    });
    expect(pauses.map((each) => each / 1000)).toEqual([30, 60, 120, 240, 480, 600, 600]);
    expect(labels(events, 'action-succeeded')).toEqual(['it']);
    expect(labels(events, 'action-failed')).toEqual([]);
    expect(events.filter(({ type }) => type === 'action-postponed')).toHaveLength(7);
  });

  it('is tried again once, alone, if memory ran out', async () => {
    const others = `  other: ${shell('sleep 0.3; echo > out/x')}\n`;
    const run = async (...codes: readonly string[]) =>
      (await runEngine(projectWith({}), text(others), [flaky], { works: { try: failing(...codes) } })).events;
    const once = await run('memory/gone');
    const order = once.flatMap((event) =>
      ['action-started', 'action-succeeded'].includes(event.type) && 'action' in event
        ? [`${event.type} ${event.action}`]
        : [],
    );
    expect(order.slice(-3)).toEqual(['action-succeeded other', 'action-started it', 'action-succeeded it']);
    const twice = await run('memory/gone', 'memory/gone');
    expect(labels(twice, 'action-failed')).toEqual(['it']);
  });

  it('is not tried again for any other reason', async () => {
    const { events } = await runEngine(projectWith({}), text(), [flaky], {
      works: { try: failing('own/fault') },
    });
    expect(labels(events, 'action-failed')).toEqual(['it']);
    expect(events.filter(({ type }) => type === 'action-postponed')).toEqual([]);
  });

  it('ends at once when the run is interrupted while it waits', async () => {
    const interruption = new AbortController();
    const { events } = await runEngine(projectWith({}), text(), [flaky], {
      works: { try: failing('seats/taken', 'seats/taken') },
      signal: interruption.signal,
      pause: () => {
        interruption.abort();
        return Promise.resolve();
      },
    });
    expect(labels(events, 'action-cancelled')).toEqual(['it']);
  });

  it('takes its twins with it when it succeeds in the end', async () => {
    const twins = text(`  twin: {kind: flaky, with: {command: ''}}\n`);
    const { events } = await runEngine(projectWith({}), twins, [flaky], {
      works: { try: failing('seats/taken') },
    });
    expect(labels(events, 'action-succeeded')).toEqual(['it']);
    expect(labels(events, 'action-cached')).toEqual(['twin']);
  });
});
