import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { sealed } from '../../base/sealed.ts';
import { cli, pipeline } from '../rig/command.ts';
import { projectWith, temporaryFolder } from '../rig/project.ts';

const text = (command: string): string =>
  `version: 1\nstages:\n  a: {kind: shell, with: {command: '${command}', outputs: [x]}}\n`;

/** The only kept plan of a project. */
function planOf(folder: string): string {
  const [name] = readdirSync(join(folder, '.pipeline/plans'));
  return join(folder, '.pipeline/plans', name ?? '');
}

describe('a kept plan', () => {
  it('is read again, but never after someone changed it', async () => {
    const folder = projectWith({ 'pipeline.yaml': text('echo 5 > out/x') });
    await pipeline(folder, 'run');
    const plan = planOf(folder);
    const [seal = '', contents = ''] = readFileSync(plan, 'utf8').split('\n');
    const edited = contents.replace('echo 5', 'echo 7');
    const key = plan.split('/').at(-1) ?? '';
    for (const forged of [`${seal}\n${edited}`, sealed(`plan ${key}`, JSON.parse(edited))]) {
      writeFileSync(plan, forged);
      const { out } = await pipeline(folder, 'run');
      expect(out).toContain('✔ 1 up to date');
      // It was parsed again, and kept again.
      expect(readFileSync(plan, 'utf8')).toBe(`${seal}\n${contents}`);
    }
  });

  it('does not count once others could read the key, which is then replaced', async () => {
    const folder = projectWith({ 'pipeline.yaml': text('echo 5 > out/x') });
    const state = temporaryFolder();
    const run = () => execa(process.execPath, [cli, 'run'], { cwd: folder, env: { XDG_STATE_HOME: state } });
    await run();
    const key = join(state, 'finn-pipeline', 'key');
    expect(statSync(key).mode & 0o777).toBe(0o600);
    const plan = planOf(folder);
    const before = { key: readFileSync(key), plan: readFileSync(plan, 'utf8') };
    chmodSync(key, 0o644);
    expect((await run()).stdout).toContain('1 up to date');
    expect(statSync(key).mode & 0o777).toBe(0o600);
    expect(readFileSync(key)).not.toEqual(before.key);
    expect(readFileSync(plan, 'utf8')).not.toBe(before.plan);
  });
});

describe('the state', () => {
  it('is for its owner alone, and ignored by git', async () => {
    const folder = projectWith({ 'pipeline.yaml': text('echo > out/x') });
    await pipeline(folder, 'run');
    expect(statSync(join(folder, '.pipeline')).mode & 0o777).toBe(0o700);
    git(folder, 'init', '-q');
    git(folder, 'add', '.');
    expect(git(folder, 'ls-files')).toBe('pipeline.yaml\n');
  });

  it.each<[string, RegExp, (folder: string) => void]>([
    [
      'a link',
      /\.pipeline is a link to another place/,
      (folder) => {
        const elsewhere = join(temporaryFolder(), 'state');
        renameSync(join(folder, '.pipeline'), elsewhere);
        symlinkSync(elsewhere, join(folder, '.pipeline'));
      },
    ],
    [
      'a folder with a link in it',
      /\.pipeline\/work is a link to another place/,
      (folder) => {
        renameSync(join(folder, '.pipeline/work'), join(folder, 'moved'));
        symlinkSync(join(folder, 'moved'), join(folder, '.pipeline/work'));
      },
    ],
    [
      'tracked by git',
      /\.pipeline is tracked by git/,
      (folder) => {
        git(folder, 'init', '-q');
        git(folder, 'add', '--force', '.pipeline/ledger.json');
      },
    ],
  ])('that is %s is refused before anything runs, unless it is trusted', async (_, message, change) => {
    const folder = projectWith({ 'pipeline.yaml': text('echo 1 > out/x') });
    await pipeline(folder, 'run');
    change(folder);
    writeFileSync(join(folder, 'pipeline.yaml'), text('echo 2 > out/x'));
    const { code, out } = await pipeline(folder, 'run');
    expect(code).toBe(2);
    expect(out).toContain('error[usage/untrusted-state]');
    expect(out).toMatch(message);
    expect((await pipeline(folder, 'plan')).out).toContain('1 would run');
    expect((await pipeline(folder, 'run', '--trust-state')).out).toContain('1 ran');
  });

  it('is refused once, however many actions would have run, and the way out works', async () => {
    const folder = projectWith({
      'pipeline.yaml': `${text('echo 1 > out/x')}  b: {kind: shell, with: {command: 'echo 2 > out/x', outputs: [x]}}\n`,
      '.pipeline/ledger.json': '{}',
    });
    git(folder, 'init', '-q');
    git(folder, 'add', '--force', '.pipeline');
    const { out } = await pipeline(folder, 'run');
    expect(out.split('\n')).toEqual([
      "error[usage/untrusted-state]: .pipeline is tracked by git, so that the results in it may be someone else's",
      '  hint: git rm -r -f .pipeline deletes it; or use it all the same with --trust-state',
      '✖ nothing was started: 1 problem',
      '',
    ]);
    git(folder, 'rm', '-q', '-r', '-f', '.pipeline');
    expect((await pipeline(folder, 'run')).code).toBe(0);
    expect((await pipeline(folder, 'run', '--force', 'a')).code).toBe(0);
  });

  it.skipIf(process.getuid?.() !== 0)('of another user is refused', async () => {
    const folder = projectWith({ 'pipeline.yaml': text('echo 1 > out/x') });
    mkdirSync(join(folder, '.pipeline'));
    lchownSync(join(folder, '.pipeline'), 65534, 65534);
    const { code, out } = await pipeline(folder, 'run');
    expect(code).toBe(2);
    expect(out).toContain('.pipeline belongs to another user');
  });
});

function git(folder: string, ...args: readonly string[]): string {
  return execFileSync('git', args, { cwd: folder, encoding: 'utf8' });
}

describe("a .pipeline that is not a folder is the user's", () => {
  const file =
    'version: 1\nstages: { a: { kind: shell, with: { command: "true > out/o", outputs: [o] } } }\n';

  it.each([
    ['a file', (path: string) => writeFileSync(path, 'notes')],
    ['a pipe', (path: string) => execFileSync('mkfifo', [path])],
  ])('%s: every command that keeps something there refuses, and it stays', async (_, make) => {
    const folder = projectWith({ 'pipeline.yaml': file });
    const path = join(folder, '.pipeline');
    make(path);
    const before = lstatSync(path);
    for (const command of ['run', 'plan', 'doctor', 'gc', 'get a', 'show a', 'status', 'run --trust-state']) {
      const { code, error } = await pipeline(folder, ...command.split(' '));
      if (command !== 'status') expect([command, code]).toEqual([command, 2]);
      if (command !== 'status') expect(error).toContain('.pipeline is not a folder');
      expect(lstatSync(path)).toMatchObject({ ino: before.ino, size: before.size, mode: before.mode });
    }
  });
});
