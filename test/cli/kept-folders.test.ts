import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { pipeline } from '../rig/command.ts';
import { projectWith } from '../rig/project.ts';

const good = "{kind: shell, with: {command: 'echo 1 > out/x', outputs: [x]}}";
const bad = "{kind: shell, with: {command: 'head -c 5000 /dev/zero > big; exit 1', outputs: [x]}}";
const text = (stages: Readonly<Record<string, string>>, more = ''): string =>
  `version: 1\nstages:\n${Object.entries(stages)
    .map(([name, stage]) => `  ${name}: ${stage}\n`)
    .join('')}${more}`;
const kept = (folder: string): readonly string[] => readdirSync(join(folder, '.pipeline/failed')).sort();
const write = (folder: string, contents: string, file = 'pipeline.yaml'): void => {
  writeFileSync(join(folder, file), contents);
};

it('a run of everything deletes the kept folders of actions that no longer exist, and says so once', async () => {
  const folder = projectWith({
    'pipeline.yaml': text({ a: good, b: bad, c: bad.replace('exit 1', 'exit 2') }),
  });
  await pipeline(folder, 'run');
  expect(kept(folder)).toEqual(['b', 'c']);
  write(folder, text({ a: good, c: bad.replace('exit 1', 'exit 2') }));
  await pipeline(folder, 'run', 'a');
  expect(kept(folder)).toEqual(['b', 'c']);
  await pipeline(folder, 'run', '--set', 'stages.a.timeout=1 h');
  expect(kept(folder)).toEqual(['b', 'c']);
  const { out } = await pipeline(folder, 'run');
  expect(out).toMatch(/^1 kept folder of failed actions that no longer exist deleted \(\d.* kB\)$/m);
  expect(kept(folder)).toEqual(['c']);
  write(folder, text({ a: good }));
  expect((await pipeline(folder, 'run')).out).toContain('1 kept folder');
  expect(kept(folder)).toEqual([]);
  expect((await pipeline(folder, 'run')).out).not.toContain('kept folder');
});

it('what another file, a profile or a trial made stays', async () => {
  const profile = `profiles:\n  lab: {stages: {p: ${bad}}}\n`;
  const folder = projectWith({
    'pipeline.yaml': text({ a: good }, profile),
    'other.yaml': text({ b: bad }),
  });
  await pipeline(folder, 'run', '-f', 'other.yaml');
  await pipeline(folder, 'run', '--profile', 'lab');
  await pipeline(folder, 'run', '--set', 'stages.t={kind: shell, with: {command: exit 1, outputs: [x]}}');
  const all = ['b', 'p', 't'];
  expect(kept(folder)).toEqual(all);
  await pipeline(folder, 'run');
  expect(kept(folder)).toEqual(all);
  write(folder, text({ a: good }), 'other.yaml');
  await pipeline(folder, 'run', '-f', 'other.yaml');
  expect(kept(folder)).toEqual(['p', 't']);
});

it('what a finished job made stays until it is stored', async () => {
  const unstored = "{kind: shell, with: {command: 'ln -s /nowhere out/x', outputs: [x]}}";
  const folder = projectWith({ 'pipeline.yaml': text({ a: good, b: unstored }) });
  await pipeline(folder, 'run');
  write(folder, text({ a: good }));
  await pipeline(folder, 'run');
  expect(existsSync(join(folder, '.pipeline/failed/b/job/out'))).toBe(true);
});
