import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { StageKind } from '../../core/contracts/stage.ts';
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

const kinds = [decide, each];
const text = (command = 'cp in/item/line out/made') => `
version: 1
stages:
  decide: {kind: decide, with: {lines: lines.txt}}
  build: {kind: each, foreach: decide.items, with: {command: '${command}'}}
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
