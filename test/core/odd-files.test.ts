import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ExecutionEvent } from '../../core/contracts/events.ts';
import { labels } from '../rig/events.ts';
import { runEngine } from '../rig/engine.ts';
import { projectWith, temporaryFolder, writeIn } from '../rig/project.ts';

const stage = (name: string, command: string, more = '') =>
  `  ${name}: {kind: shell, ${more}with: {command: '${command}', outputs: [o], inputs: [in]}}\n`;
const copying = `version: 1\nstages:\n${stage('copy', 'cp -rL in/files out/o')}`;
const codes = (events: readonly ExecutionEvent[]) =>
  events.flatMap((event) =>
    event.type === 'action-failed' ? event.diagnostics.map(({ code }) => code) : [],
  );

describe('inputs', () => {
  it('with odd names, equal contents and named twice are all included', async () => {
    const folder = projectWith({ 'in/a b': '1', 'in/-x': '1', 'in/é\n': '1', 'in/.hidden/f': '2' });
    const text = copying.replace('inputs: [in]', "inputs: [in, in/.hidden, 'in/a b']");
    const { events } = await runEngine(folder, text);
    expect(labels(events, 'action-succeeded')).toEqual(['copy']);
    expect(labels((await runEngine(folder, text)).events, 'action-started')).toEqual([]);
  });

  it('behind links count by their contents, and a loop of links ends', async () => {
    const folder = projectWith({ 'in/f': '1', 'elsewhere/g': '1' });
    symlinkSync('../elsewhere', join(folder, 'in/linked'));
    symlinkSync('.', join(folder, 'in/self'));
    await runEngine(folder, copying);
    writeIn(folder, 'elsewhere/g', '2');
    expect(labels((await runEngine(folder, copying)).events, 'action-started')).toEqual(['copy']);
  });

  it("may be the whole project: the tool's own files there are not inputs", async () => {
    const folder = projectWith({ 'in/f': '1' });
    const text = copying.replace('inputs: [in]', "inputs: ['.']");
    await runEngine(folder, text);
    expect(labels((await runEngine(folder, text)).events, 'action-started')).toEqual([]);
    writeIn(folder, 'in/g', '1');
    expect(labels((await runEngine(folder, text)).events, 'action-started')).toEqual(['copy']);
  });

  it('that are not regular files are refused, not left out', async () => {
    const folder = projectWith({ 'in/f': '1' });
    symlinkSync('nowhere', join(folder, 'in/dangling'));
    expect(codes((await runEngine(folder, copying)).events)).toEqual(['file/unsupported']);
  });

  it('named by a JSON parameter must hold an object', async () => {
    const folder = projectWith({ 'null.json': 'null' });
    const text =
      'version: 1\nstages:\n  p: {kind: finn/preprocess, with: {model: null.json, specialize: null.json}}\n';
    expect(codes((await runEngine(folder, text)).events)).toEqual(['file/bad-json']);
  });
});

describe('outputs', () => {
  const linking = `version: 1\nstages:\n${stage('link', 'mkdir lib out/o; cp in/files/in/f lib/v; ln -s ../../lib out/o/lib')}`;

  it('behind links to folders are kept, so that a change behind them counts', async () => {
    const folder = projectWith({ 'in/f': '1' });
    const text = `${linking}  next: {kind: shell, needs: {x: link}, with: {command: 'cp in/x/lib/v out/o', outputs: [o]}}\n`;
    await runEngine(folder, text);
    writeIn(folder, 'in/f', '2');
    expect(labels((await runEngine(folder, text)).events, 'action-started')).toEqual(['link', 'next']);
  });

  it('that are links to files of someone else are refused, and leave those in place', async () => {
    const theirs = temporaryFolder();
    writeIn(theirs, 'precious/result', 'years of work');
    const folder = projectWith({ 'in/f': '1' });
    const text = `version: 1\nstages:\n${stage('whole', `ln -s ${theirs}/precious out/o`)}`;
    expect(codes((await runEngine(folder, text)).events)).toEqual(['action/unsupported-output']);
    expect(readFileSync(join(theirs, 'precious/result'), 'utf8')).toBe('years of work');
  });

  it.each([
    ['a FIFO', 'mkfifo out/o'],
    ['a dangling link', 'mkdir out/o; ln -s nowhere out/o/l'],
  ])('of another kind are refused: %s', async (_, command) => {
    const folder = projectWith({ 'in/f': '1' });
    const { events } = await runEngine(folder, `version: 1\nstages:\n${stage('odd', command)}`);
    expect(codes(events)).toEqual(['action/unsupported-output']);
  });

  it('are not stored if one of them is missing: the kept folder has them all', async () => {
    const folder = projectWith({ 'in/f': '1' });
    const text = `version: 1\nstages:\n${stage('half', 'echo > out/o').replace('outputs: [o]', 'outputs: [o, p]')}`;
    expect(codes((await runEngine(folder, text)).events)).toEqual(['action/missing-output']);
    expect(existsSync(join(folder, '.pipeline/failed/half/job/out/o'))).toBe(true);
  });

  it('are kept although a tool left folders without write permission', async () => {
    const folder = projectWith({ 'in/f': '1' });
    const text = `version: 1\nstages:\n${stage('locked', 'mkdir -p cache/deep; echo > cache/deep/f; chmod -R a-w cache; echo > out/o')}`;
    expect(labels((await runEngine(folder, text)).events, 'action-succeeded')).toEqual(['locked']);
    expect(readdirSync(join(folder, '.pipeline/work'))).toEqual([]);
  });
});

it('a damaged blob of one of several project files is stored again', async () => {
  const folder = projectWith({ 'in/f': 'one', 'in/g': 'two' });
  await runEngine(folder, copying);
  const blobs = readdirSync(join(folder, '.pipeline/cache/cas'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  for (const blob of blobs.filter((path) => readFileSync(path, 'utf8') === 'two')) {
    chmodSync(blob, 0o644);
    writeFileSync(blob, 'owt');
  }
  const { events } = await runEngine(folder, copying.replace('cp -rL', 'cp  -rL'));
  expect(labels(events, 'action-succeeded')).toEqual(['copy']);
});

it('equal actions that fail run once', async () => {
  const folder = projectWith({ 'in/f': '1' });
  const counting = (name: string) => stage(name, 'echo >> ../../../../ran; exit 3');
  const { events } = await runEngine(
    folder,
    `version: 1\nstages:\n${['a', 'b', 'c'].map(counting).join('')}`,
  );
  expect(labels(events, 'action-failed')).toEqual(['a', 'b', 'c']);
  expect(readFileSync(join(folder, 'ran'), 'utf8')).toBe('\n');
});

it('work continues when the disk is full except for the reserve, and its result is kept', async (context) => {
  const folder = temporaryFolder();
  const disk = join(folder, 'disk');
  mkdirSync(disk);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', disk], { stdio: 'ignore' });
  } catch {
    context.skip('only root may mount a small disk');
  }
  try {
    const fill = 'echo done > out/o; (cat /dev/zero > ../../../../filler) 2>/dev/null || true; seq 100000';
    const text = `version: 1\nstages:\n  full: {kind: shell, with: {command: '${fill}', outputs: [o]}}\n`;
    expect(labels((await runEngine(disk, text)).events, 'action-succeeded')).toEqual(['full']);
    execFileSync('rm', [join(disk, 'filler')]);
    expect(labels((await runEngine(disk, text)).events, 'action-started')).toEqual([]);
  } finally {
    execFileSync('umount', [disk]);
  }
});
