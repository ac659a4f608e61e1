import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, lchownSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findProject } from '../../cli/find-project.ts';
import { layoutOf } from '../../core/state/layout.ts';
import { openLedger } from '../../core/state/ledger.ts';
import { pipeline } from '../rig/command.ts';
import { projectWith, temporaryFolder, writeIn } from '../rig/project.ts';

const text = (more = ''): string =>
  `version: 1\nstages:\n  a: {kind: shell, with: {command: 'echo ${more} > out/x', outputs: [x]}}\n`;
const nowhere = '/no/home';

describe('the project of a command', () => {
  it('is the first folder upwards with a pipeline.yaml', () => {
    const folder = projectWith({ 'pipeline.yaml': '', 'sub/pipeline.yaml': '', 'sub/a/b/x': '', 'c/x': '' });
    const found = (from: string): string => findProject({}, join(folder, from), nowhere).folder;
    expect(found('.')).toBe(folder);
    expect(found('c')).toBe(folder);
    expect(found('sub/a/b')).toBe(join(folder, 'sub'));
  });

  it('is not looked for above a git repository, nor above the home folder', () => {
    const folder = projectWith({ 'pipeline.yaml': '', 'repo/.git/HEAD': '', 'repo/a/x': '', 'home/a/x': '' });
    const repository = join(folder, 'repo/a');
    expect(findProject({}, repository, nowhere).folder).toBe(repository);
    const home = join(folder, 'home');
    expect(findProject({}, join(home, 'a'), home).folder).toBe(join(home, 'a'));
    writeIn(folder, 'home/pipeline.yaml', '');
    expect(findProject({}, join(home, 'a'), home).folder).toBe(home);
  });

  it('is the folder of -C, without a search, and that of the file of -f, which is relative to it', () => {
    const folder = projectWith({ 'pipeline.yaml': '', 'sub/x': '' });
    const sub = join(folder, 'sub');
    expect(findProject({ directory: 'sub' }, folder, nowhere)).toMatchObject({ folder: sub });
    const lab = { file: 'lab.yaml', foreign: null };
    expect(findProject({ file: 'sub/lab.yaml' }, folder, nowhere)).toEqual({ folder: sub, ...lab });
    expect(findProject({ directory: 'sub', file: '../lab.yaml' }, folder, nowhere)).toEqual({
      folder,
      ...lab,
    });
  });

  it.runIf(process.getuid?.() === 0)('is not that of another user, nor a link to a file of one', () => {
    const folder = projectWith({ 'pipeline.yaml': '', 'sub/x': '', 'theirs/pipeline.yaml': '' });
    lchownSync(join(folder, 'pipeline.yaml'), 1234, 1234);
    const sub = join(folder, 'sub');
    const foreign = join(folder, 'pipeline.yaml');
    expect(findProject({}, sub, nowhere)).toEqual({ folder: sub, file: 'pipeline.yaml', foreign });
    mkdirSync(join(folder, 'linked/below'), { recursive: true });
    symlinkSync(foreign, join(folder, 'linked/pipeline.yaml'));
    const below = join(folder, 'linked/below');
    expect(findProject({}, below, nowhere).folder).toBe(below);
    // In the working directory itself it is taken, as the user went there.
    expect(findProject({}, folder, nowhere).folder).toBe(folder);
  });
});

describe('pipeline, in a folder below the project', () => {
  it('runs it, and shows places as they are seen from there', async () => {
    const folder = projectWith({ 'pipeline.yaml': text(), 'sub/deep/x': '' });
    const below = join(folder, 'sub/deep');
    expect((await pipeline(below, 'run')).out).toContain('1 ran');
    expect(existsSync(join(folder, '.pipeline'))).toBe(true);
    expect(existsSync(join(below, '.pipeline'))).toBe(false);
    writeIn(folder, 'pipeline.yaml', 'version: 1\nstages: {a: {kind: shel}}\n');
    expect((await pipeline(below, 'plan')).error).toBe(
      `error[config/unknown-value]: "stages.a.kind": "shel" is not known
  ../../pipeline.yaml:2:20
  2 | stages: {a: {kind: shel}}
    |                    ^^^^
  hint: did you mean shell?
`,
    );
    expect((await pipeline(folder, 'plan')).error).toContain('\n  pipeline.yaml:2:20\n');
    expect((await pipeline(folder, 'plan', '-C', 'sub/../')).error).toContain('\n  pipeline.yaml:2:20\n');
  });

  it('says what is there instead', async () => {
    const folder = projectWith({ 'pipeline.yml': text() });
    expect((await pipeline(folder, 'run')).error).toBe(
      `error[config/no-file]: there is no pipeline.yaml in ${folder}\n  hint: there is a pipeline.yml: rename it, or name it with -f pipeline.yml\n`,
    );
    expect((await pipeline(folder, 'run', '-f', 'pipeline.yml')).out).toContain('1 ran');
    expect((await pipeline(folder, 'run', '-f', 'lab.yaml')).error).toContain('there is no lab.yaml in');
  });

  it.runIf(process.getuid?.() === 0)('names a file of another user that it did not take', async () => {
    const folder = projectWith({ 'pipeline.yaml': text(), 'sub/x': '' });
    lchownSync(join(folder, 'pipeline.yaml'), 1234, 1234);
    chmodSync(folder, 0o755);
    expect((await pipeline(join(folder, 'sub'), 'plan')).error).toContain(
      `hint: ${folder}/pipeline.yaml belongs to another user: name its folder with -C if it may run programs as you`,
    );
  });
});

describe('another file in the same folder', () => {
  it('has current results of its own, which gc keeps as long as the file exists', async () => {
    const folder = projectWith({ 'pipeline.yaml': text('one'), 'lab.yaml': text('two') });
    const current = (): ReadonlySet<string> => openLedger(layoutOf(folder), null).currentResults();
    await pipeline(folder, 'run');
    expect((await pipeline(folder, 'run', '-f', 'lab.yaml')).out).toContain('1 ran');
    expect(current().size).toBe(2);
    expect((await pipeline(folder, 'run')).out).toContain('up to date');
    expect((await pipeline(folder, 'run', '-f', 'lab.yaml')).out).toContain('up to date');
    await pipeline(folder, 'run', '-f', 'lab.yaml', 'a', '--force');
    expect((await pipeline(folder, 'status')).out).toMatch(/^run of \S+ \S+, lab.yaml: ok/);
    // Old enough to be deleted unless they are current.
    execFileSync('find', [
      join(folder, '.pipeline/cache'),
      '-type',
      'f',
      '-exec',
      'touch',
      '-d',
      '2020-01-01',
      '{}',
      '+',
    ]);
    expect((await pipeline(folder, 'gc', '--older-than', '7d', '--dry-run')).out).toContain('0 results');
    rmSync(join(folder, 'lab.yaml'));
    expect((await pipeline(folder, 'gc', '--older-than', '7d', '--dry-run')).out).toContain('1 result');
  });

  it('has decisions of its own', () => {
    const folder = temporaryFolder();
    const nameOf = (file: string): string => layoutOf(folder, file).decisions.slice(folder.length + 1);
    expect(nameOf('pipeline.yaml')).toBe('pipeline.lock');
    expect(nameOf('pipeline.yml')).toBe('pipeline.lock');
    expect(nameOf('yarn.yaml')).toBe('yarn.pipeline.lock');
  });
});
