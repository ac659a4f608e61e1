import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { StageKind } from '../../core/contracts/stage.ts';
import type { JsonObject } from '../../base/json.ts';
import { noLocks } from '../../core/state/cut-lock.ts';
import { labels } from '../rig/events.ts';
import { runEngine } from '../rig/engine.ts';
import { each, fan } from '../rig/kinds.ts';
import { projectWith, writeIn } from '../rig/project.ts';

/** Fans out, and decides how: as before, else by the number of lines. */
const decide: StageKind = {
  ...fan,
  kind: 'decide',
  outputs: () => [{ port: 'items', collection: true }, { port: 'lock' }],
  lock: { port: 'lock', once: ['each'] },
  action(context) {
    const own = fan.action(context);
    const run = own.run as Extract<typeof own.run, { type: 'process' }>;
    const decision =
      context.params['lock'] === undefined
        ? '{"lines":\'$(grep -c . in/lines/lines)\'}'
        : JSON.stringify(context.params['lock']);
    const command = `${run.argv.at(-1)!}\nmkdir out/lock; echo '${decision}' > out/lock/lock.json`;
    return {
      ...own,
      params: context.params,
      run: { ...run, argv: [...run.argv.slice(0, -1), command] },
    };
  },
};

/** Chooses something for each item: as before, else what the item holds now. */
const choose: StageKind = {
  ...each,
  kind: 'choose',
  outputs: () => [{ port: 'chosen' }, { port: 'lock' }],
  lock: { port: 'lock', once: ['each'] },
  action: ({ params: { lock, suffix } }) => {
    const decision =
      lock === undefined ? `{"chose":"\'$(cat in/item/line)${suffix as string}\'"}` : JSON.stringify(lock);
    const command = `mkdir out/chosen out/lock; echo '${decision}' | tee out/chosen/file > out/lock/lock.json`;
    return {
      params: { ...(lock === undefined ? { suffix } : { lock }) } as JsonObject,
      tools: {},
      run: { type: 'process', argv: ['sh', '-e', '-c', command], env: {} },
    };
  },
};

const kinds = [decide, each, choose];
const text = (command = 'cp in/item/line out/made') => `
version: 1
stages:
  decide: {kind: decide, with: {lines: lines.txt}}
  build: {kind: each, foreach: decide.items, with: {command: '${command}'}}
`;

const chosenText = (suffix: string) => `
version: 1
stages:
  fan: {kind: fan, with: {lines: lines.txt}}
  choose: {kind: choose, foreach: fan.items, with: {suffix: ${suffix}}}
  build: {kind: each, foreach: choose.chosen, with: {command: cp in/item/file out/made}}
`;

const lockOf = (folder: string): unknown => {
  const path = join(folder, 'pipeline.lock');
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : null;
};

describe('pipeline.lock', () => {
  it('is written after everything was built, and the next run does nothing', async () => {
    const folder = projectWith({ 'lines.txt': 'a\nb\n' });
    await runEngine(folder, text(), kinds);
    expect(lockOf(folder)).toMatchObject({ version: 2, stages: { decide: { lines: 2 } } });
    const { events } = await runEngine(folder, text(), kinds);
    expect(labels(events, 'action-started')).toEqual([]);
  });

  it('passes its decision back to a stage', async () => {
    const folder = projectWith({ 'lines.txt': 'a\nb\n' });
    await runEngine(folder, text(), kinds);
    writeIn(folder, 'lines.txt', 'a\nb\nc\n');
    await runEngine(folder, text(), kinds);
    expect(lockOf(folder)).toMatchObject({ stages: { decide: { lines: 2 } } });
  });

  it('is ignored by a run that decides again, and then holds the new decision', async () => {
    const folder = projectWith({ 'lines.txt': 'a\nb\n' });
    await runEngine(folder, text(), kinds);
    writeIn(folder, 'lines.txt', 'a\nb\nc\n');
    await runEngine(folder, text(), kinds, { locks: noLocks });
    expect(lockOf(folder)).toMatchObject({ stages: { decide: { lines: 3 } } });
  });

  it('keeps a decision for each item of a stage over items, as long as the item is the same', async () => {
    const folder = projectWith({ 'lines.txt': 'a\nb\n' });
    const run = async (suffix: string) =>
      labels((await runEngine(folder, chosenText(suffix), [fan, each, choose])).events, 'action-started');
    await run('1');
    expect(lockOf(folder)).toMatchObject({
      stages: { choose: { a: { chose: 'a1' }, b: { chose: 'b1' } } },
    });
    expect(await run('1')).toEqual([]);
    writeIn(folder, 'lines.txt', 'a\nc\n');
    await run('2');
    expect(lockOf(folder)).toMatchObject({
      stages: { choose: { a: { chose: 'a1' }, c: { chose: 'c2' } } },
    });
  });

  it('is not written while an item is not built', async () => {
    const folder = projectWith({ 'lines.txt': 'a\nb\n' });
    await runEngine(folder, text(), kinds, { targets: ['build/0'] });
    expect(lockOf(folder)).toBeNull();
    await runEngine(folder, text('grep -v b in/item/line > out/made'), kinds);
    expect(lockOf(folder)).toBeNull();
  });

  it('keeps the decisions of other stages', async () => {
    const folder = projectWith({
      'lines.txt': 'a\n',
      'pipeline.lock': '{"version": 1, "stages": {"other": {"x": 1}}}',
    });
    await runEngine(folder, text(), kinds);
    expect(lockOf(folder)).toMatchObject({ version: 2, stages: { other: { x: 1 }, decide: { lines: 1 } } });
  });

  it.each([
    '<<<<<<< ours',
    '{"version": 3, "stages": {}}',
    '{"version": 2, "stages": {}}',
    '{"version": 1, "stages": {"decide": 5}}',
    '[]',
    'null',
  ])('that is damaged is refused: %s', async (lock) => {
    const folder = projectWith({ 'lines.txt': 'a\n', 'pipeline.lock': lock });
    const { events } = await runEngine(folder, text(), kinds);
    expect(events.find(({ type }) => type === 'action-failed')).toMatchObject({
      action: 'decide',
      diagnostics: [{ code: 'config/bad-lock', place: { file: 'pipeline.lock' } }],
    });
    expect(readFileSync(join(folder, 'pipeline.lock'), 'utf8')).toBe(lock);
  });
});
