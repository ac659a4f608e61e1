import { existsSync, lstatSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ExecutionEvent } from '../../core/contracts/events.ts';
import { labels } from '../rig/events.ts';
import { runEngine } from '../rig/engine.ts';
import { projectWith, writeIn } from '../rig/project.ts';

const stage = (command: string, more = ''): string =>
  `{kind: shell, ${more}with: {command: '${command}', outputs: [x]}}`;
const pipeline = (stages: { readonly [name: string]: string }): string =>
  `version: 1\nstages:\n${Object.entries(stages)
    .map(([name, text]) => `  ${name}: ${text}\n`)
    .join('')}`;
const reasons = (events: readonly ExecutionEvent[]): readonly string[] =>
  events.flatMap((event) => (event.type === 'action-started' ? [event.reason] : []));
const failure = (events: readonly ExecutionEvent[]) => events.find(({ type }) => type === 'action-failed');

describe('a failure', () => {
  it('is the reason of the next run, until the action succeeds', async () => {
    const folder = projectWith({ mark: '' });
    const text = pipeline({ a: stage(`test -e ${folder}/works; echo 1 > out/x`) });
    expect(reasons((await runEngine(folder, text)).events)).toEqual(['first time']);
    const [again] = reasons((await runEngine(folder, text)).events);
    expect(again).toMatch(/^failed \d+ ms ago: it ended with exit code 1$/);
    writeIn(folder, 'works', '');
    await runEngine(folder, text);
    const forced = await runEngine(folder, text, [], { targets: ['a'], force: true });
    expect(reasons(forced.events)).toEqual(['forced']);
  });

  it('does not hide what changed since', async () => {
    const folder = projectWith({});
    await runEngine(folder, pipeline({ a: stage('exit 1') }));
    const { events } = await runEngine(folder, pipeline({ a: stage('echo 2 > out/x') }));
    expect(reasons(events)).toEqual(['run.argv.3 exit 1 → echo 2 > out/x']);
  });

  it('is shown although the folder of an earlier one cannot be deleted', async () => {
    const folder = projectWith({ '.pipeline/failed': 'a file in the place of the folder' });
    const { events } = await runEngine(folder, pipeline({ a: stage('exit 7'), b: stage('echo 1 > out/x') }));
    expect(failure(events)).toMatchObject({
      diagnostics: [{ code: 'action/failed', message: 'it ended with exit code 7' }],
    });
    expect(labels(events, 'action-succeeded')).toEqual(['b']);
  });
});

it.each(['rm -rf ../*', 'rm -rf ../* && mkdir -p out && echo 1 > out/x', 'rm -rf ../../*'])(
  'a command that deletes the folder around its own has failed: %s',
  async (command) => {
    const text = pipeline({ a: stage(command), b: stage('echo 1 > out/x') });
    const { events } = await runEngine(projectWith({}), text, [], { jobs: 1 });
    expect(failure(events)).toMatchObject({
      action: 'a',
      diagnostics: [{ code: 'action/deleted-folder', message: 'it deleted the folder around its own' }],
    });
    expect(labels(events, 'action-succeeded')).toEqual(['b']);
  },
);

describe('outputs that cannot be stored', () => {
  it('stay, however often a run tries, and are stored once they are corrected', async () => {
    const folder = projectWith({});
    const text = pipeline({ a: stage('ln -s /nowhere out/x') });
    for (const reason of [
      'first time',
      'an earlier run finished it, but could not store what it made',
      'an earlier run finished it, but could not store what it made',
    ]) {
      const { events } = await runEngine(folder, text);
      expect(reasons(events)).toEqual([reason]);
      expect(failure(events)).toMatchObject({
        diagnostics: [
          {
            message: 'out/x is a link to nothing',
            hint: 'leave it out; or correct that in job/out of the kept folder: the next run stores it and does not run the action again, unless with --force',
          },
        ],
        directory: '.pipeline/failed/a',
      });
    }
    const output = join(folder, '.pipeline/failed/a/job/out/x');
    rmSync(output);
    writeFileSync(output, 'corrected');
    const { events } = await runEngine(folder, text);
    expect(labels(events, 'action-submitted')).toEqual([]);
    expect(labels(events, 'action-succeeded')).toEqual(['a']);
    expect(existsSync(join(folder, '.pipeline/failed/a'))).toBe(false);
  });
});

describe('a job may do anything to its folder:', () => {
  it.each([
    ['delete everything', 'rm -rf *; mkdir out; echo 1 > out/x'],
    ['put folders where it expects files of ours', 'mkdir -p log reserve; echo 1 > out/x'],
    ['link', 'ln -s OUTSIDE log; ln -s OUTSIDE reserve; echo 1 > out/x'],
  ])('%s', async (_, command) => {
    const folder = projectWith({ outside: 'mine' });
    const text = pipeline({ a: stage(command.replaceAll('OUTSIDE', join(folder, 'outside'))) });
    const { events } = await runEngine(folder, text);
    expect(labels(events, 'action-succeeded')).toEqual(['a']);
    expect(statSync(join(folder, 'outside')).mode & 0o777).toBe(0o644);
    expect(readFileSync(join(folder, 'outside'), 'utf8')).toBe('mine');
    expect(readdirSync(join(folder, '.pipeline/work'))).toEqual([]);
  });
});

describe('an output that does not stay as it was stored', () => {
  const textWith = (command: string): string =>
    pipeline({ a: stage('echo 1 > out/x'), b: stage(command, 'needs: {n: a}, ') });
  const damage = (folder: string): void => {
    const cas = join(folder, '.pipeline/cache/cas');
    const blobs = existsSync(cas) ? readdirSync(cas, { recursive: true, encoding: 'utf8' }) : [];
    for (const name of blobs) {
      const path = join(cas, name);
      if (lstatSync(path).isFile() && readFileSync(path, 'utf8') === '1\n') writeFileSync(path, '2\n');
    }
  };

  it('is made again once; then the run ends and names it', async () => {
    const folder = projectWith({});
    await runEngine(folder, textWith('cp in/n/x out/x'));
    damage(folder);
    const { events } = await runEngine(folder, textWith('cat in/n/x > out/x'), [], {
      onEvent: ({ type }) => {
        if (type === 'action-succeeded') damage(folder);
      },
    });
    expect(labels(events, 'action-started').filter((label) => label === 'a')).toEqual(['a']);
    expect(failure(events)).toMatchObject({
      action: 'b',
      diagnostics: [
        { code: 'cache/unstable', message: 'x, which a made in this run, does not stay as it was stored' },
      ],
    });
  });
});

it('equal actions that are forced run once', async () => {
  const folder = projectWith({});
  const text = pipeline({ a: stage('echo 1 > out/x'), b: stage('echo 1 > out/x') });
  await runEngine(folder, text);
  const { events } = await runEngine(folder, text, [], { targets: ['a', 'b'], force: true });
  expect(labels(events, 'action-started')).toHaveLength(1);
  expect(labels(events, 'action-cached')).toHaveLength(1);
});
