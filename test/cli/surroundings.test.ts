import { execFileSync } from 'node:child_process';
import { readdirSync, lstatSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { cli, pipeline } from '../rig/command.ts';
import { projectWith, writeIn } from '../rig/project.ts';

const text = "version: 1\nstages:\n  a: {kind: shell, with: {command: 'echo 1 > out/x', outputs: [x]}}\n";

it('keeps no key in the project if HOME is a relative path', async () => {
  const folder = projectWith({ 'pipeline.yaml': text });
  const { exitCode } = await execa(process.execPath, [cli, 'plan'], {
    cwd: folder,
    extendEnv: false,
    env: { PATH: process.env['PATH'] ?? '', HOME: 'home' },
  });
  expect(exitCode).toBe(0);
  expect(readdirSync(folder)).not.toContain('home');
});

it('works with a mask that takes rights from the user', async () => {
  const folder = projectWith({ 'pipeline.yaml': text });
  const command = `umask 777; exec ${process.execPath} ${cli} run`;
  expect((await execa('sh', ['-c', command], { cwd: folder, reject: false })).exitCode).toBe(0);
  expect(statSync(join(folder, '.pipeline/work')).mode & 0o777).toBe(0o700);
});

it.each([
  ['a file', (folder: string) => writeIn(folder, '.pipeline', 'x')],
  ['a pipe', (folder: string) => execFileSync('mkfifo', [join(folder, '.pipeline')])],
])("%s in the place of .pipeline is the user's: it is refused and stays", async (_, make) => {
  const folder = projectWith({ 'pipeline.yaml': text });
  make(folder);
  expect((await pipeline(folder, 'status')).code).toBe(0);
  for (const command of ['plan', 'run']) {
    const { code, error } = await pipeline(folder, command);
    expect({ command, code, error }).toEqual({
      command,
      code: 2,
      error: expect.stringContaining('error[usage/state-occupied]') as string,
    });
  }
  expect(lstatSync(join(folder, '.pipeline')).isDirectory()).toBe(false);
});

it('a file in the place of .pipeline/cache is damage', async () => {
  const folder = projectWith({ 'pipeline.yaml': text, '.pipeline/cache': 'x' });
  expect((await pipeline(folder, 'run')).code).toBe(0);
});
