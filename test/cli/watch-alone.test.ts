import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { cli, pipeline } from '../rig/command.ts';
import { projectWith, writeIn } from '../rig/project.ts';
import type { Planned, Told, Watching } from '../rig/watching.ts';
import { freshPlan, statesIn, watching } from '../rig/watching.ts';

const stage = (command: string): string =>
  `version: 1\nstages:\n  one: {kind: shell, with: {command: '${command}', outputs: [x], inputs: [data]}}\n`;
const copying = stage('cat in/files/data/* > out/x');

const isUpToDate = ({ actions }: Planned): boolean => actions.every(({ type }) => type === 'up-to-date');
const isOfType =
  (wanted: Told['type']) =>
  (event: Told): event is Told =>
    event.type === wanted;

async function knownQuick(text: string): Promise<string> {
  const folder = projectWith({ 'pipeline.yaml': text, 'data/a': '1' });
  expect((await pipeline(folder, 'run')).code).toBe(0);
  return folder;
}

async function stopped(watch: Watching): Promise<void> {
  watch.signal('SIGTERM');
  expect(await watch.ended()).toBe(130);
}

describe('pipeline watch', () => {
  it('--poll looks for changes, and does not have them reported', async () => {
    const folder = await knownQuick(copying);
    const watch = watching(folder, ['--poll']);
    await watch.plan(isUpToDate);
    writeIn(folder, 'data/a', 'longer than before');
    await watch.next(isOfType('action-succeeded'));
    expect(statesIn(await watch.plan(isUpToDate))).toEqual(await freshPlan(folder));
    await stopped(watch);
  });

  it('waits while another run works in the project, and then runs', async () => {
    const folder = await knownQuick(copying);
    const watch = watching(folder);
    await watch.plan(isUpToDate);
    const long =
      "version: 1\nstages: {long: {kind: shell, with: {command: 'touch ../../../../begun; sleep 100', outputs: [x]}}}\n";
    writeFileSync(join(folder, 'other.yaml'), long);
    const other = spawn(process.execPath, [cli, 'run', '-f', 'other.yaml', '--json'], { cwd: folder });
    onTestFinished(() => void other.kill('SIGKILL'));
    for await (const chunk of other.stdout) if (String(chunk).includes('"action-submitted"')) break;
    writeIn(folder, 'data/a', '2');
    const waiting = await watch.next(isOfType('run-waiting'));
    expect(waiting).toMatchObject({ pid: other.pid });
    expect(watch.events.filter(isOfType('action-started'))).toEqual([]);
    other.kill('SIGINT');
    await once(other, 'exit');
    await watch.next(isOfType('action-succeeded'));
    await watch.plan(isUpToDate);
    await stopped(watch);
  });

  it('is not disturbed by what its own runs write', async () => {
    const saving = stage('cat in/files/data/a > out/x')
      .replace('{kind: shell, ', '{kind: shell, save: data/saved, ')
      .replace('inputs: [data]', 'inputs: [data/a]');
    const folder = await knownQuick(saving);
    const watch = watching(folder);
    await watch.plan(isUpToDate);
    for (const text of ['2', '3', '4']) {
      writeIn(folder, 'data/a', text);
      await watch.next(isOfType('action-succeeded'));
      await watch.plan(isUpToDate);
      expect(readFileSync(join(folder, 'data/saved/x'), 'utf8')).toBe(text);
    }
    await stopped(watch);
    const changes = watch.events.flatMap((event) => (event.type === 'watch-changed' ? event.paths : []));
    expect([...new Set(changes)]).toEqual([join(folder, 'data/a')]);
    expect(watch.events.filter(isOfType('run-started'))).toHaveLength(3);
  });

  it('ends at once at a second Ctrl-C, although what runs does not listen', async () => {
    const folder = await knownQuick(stage('touch out/x'));
    const watch = watching(folder);
    await watch.plan(isUpToDate);
    writeFileSync(
      join(folder, 'pipeline.yaml'),
      stage('trap "" INT TERM; sleep 100 & wait; sleep 100; touch out/x'),
    );
    await watch.next(isOfType('action-submitted'));
    watch.signal('SIGINT');
    await watch.next(isOfType('run-stopping'));
    watch.signal('SIGINT');
    expect(await watch.ended()).toBe(130);
    expect(watch.events.filter(isOfType('action-succeeded'))).toEqual([]);
  });
});

/** A pseudo-terminal by the program script of util-linux; elsewhere these tests are left out. */
const hasScript = /util-linux/.test(String(spawnSync('script', ['--version']).stdout));

describe.skipIf(!hasScript)('on a terminal (needs script of util-linux), pipeline watch', () => {
  function onTerminal(folder: string) {
    const command = `'${process.execPath}' '${cli}' watch`;
    const child = spawn('script', ['-qefc', command, '/dev/null'], {
      cwd: folder,
      env: { PATH: process.env['PATH'], XDG_STATE_HOME: process.env['XDG_STATE_HOME'], TERM: 'xterm' },
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    let text = '';
    let wake = (): void => undefined;
    child.stdout.on('data', (data: Buffer) => {
      text += String(data);
      wake();
    });
    return {
      press: (key: string) => child.stdin.write(key),
      /** Waits for a text behind the last one that was waited for. */
      async shows(wanted: string): Promise<void> {
        while (!text.includes(wanted)) await new Promise<void>((resolve) => (wake = resolve));
        text = text.slice(text.indexOf(wanted) + wanted.length);
      },
      ended: async () => ((await once(child, 'exit')) as [number])[0],
    };
  }

  it('asks before what may take long: n leaves it, y runs it, Ctrl-C ends', async () => {
    const folder = projectWith({ 'pipeline.yaml': copying, 'data/a': '1' });
    const watch = onTerminal(folder);
    await watch.shows('[y/N] ');
    watch.press('n');
    await watch.shows('n');
    writeIn(folder, 'data/a', '2');
    await watch.shows('[y/N] ');
    expect(existsSync(join(folder, '.pipeline/ledger.json'))).toBe(false);
    watch.press('y');
    await watch.shows('ok');
    await watch.shows('done');
    const ended = watch.ended();
    watch.press('\u0003');
    expect(await ended).toBe(130);
    expect((await freshPlan(folder)).actions).toMatchObject([['one', 'up-to-date', null]]);
  });
});
