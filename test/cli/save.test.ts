import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { filesBelow } from '../../base/files-below.ts';
import { pipeline, runEvents, untimed } from '../rig/command.ts';
import { projectWith, temporaryFolder } from '../rig/project.ts';

/** A stage that makes a folder and a file of what the file `word` holds, one file for each of its lines. */
const file = (save: string, more = '') => `version: 1
stages:
  make:
    kind: shell
    save: ${save}
    with:
      inputs: [word]
      outputs: [site, note]
      command: |
        mkdir -p out/site
        while read -r line; do mkdir -p "out/site/$(dirname "$line")"; echo "$line" > "out/site/$line"; done < in/files/word
        cp in/files/word out/note
${more}`;

async function made(word: string, save = 'results'): Promise<string> {
  const folder = projectWith({ 'pipeline.yaml': file(save), word });
  expect(await pipeline(folder, 'run')).toMatchObject({ code: 0 });
  return folder;
}

const saved = (folder: string, path = 'results') => filesBelow(join(folder, path), '');
const text = (folder: string, path: string) => readFileSync(join(folder, path), 'utf8');

describe('save', () => {
  it('puts copies of the results of a run into a folder, and says so', async () => {
    const folder = projectWith({ 'pipeline.yaml': file('results/'), word: 'a\nd/b\n' });
    const { code, out } = await pipeline(folder, 'run');
    expect(code).toBe(0);
    expect(out).toContain('\n3 files saved in results/\n');
    expect(saved(folder)).toEqual(['note', 'site/a', 'site/d/b']);
    expect(lstatSync(join(folder, 'results/note')).nlink).toBe(1);
    // Nothing is to be done: no line, no run.
    expect(untimed((await pipeline(folder, 'run')).out)).toBe('✔ 1 up to date\n');
  });

  it('is in no key, and saves what is up to date', async () => {
    const folder = await made('a\n');
    writeFileSync(join(folder, 'pipeline.yaml'), file('other'));
    const { out } = await pipeline(folder, 'run');
    expect(untimed(out)).toBe('2 files saved in other/\n✔ 1 up to date\n');
    expect(saved(folder, 'other')).toEqual(saved(folder));
  });

  it('deletes what earlier results left, with the folders that become empty', async () => {
    const folder = await made('a\nd/e/b\n');
    writeFileSync(join(folder, 'results/mine'), 'mine');
    writeFileSync(join(folder, 'word'), 'a\nc\n');
    expect((await pipeline(folder, 'run')).out).toContain(
      '2 files saved in results/, 1 of earlier results deleted\n',
    );
    expect(saved(folder)).toEqual(['mine', 'note', 'site/a', 'site/c']);
    expect(existsSync(join(folder, 'results/site/d'))).toBe(false);
  });

  it('replaces a file by a folder and a folder by a file', async () => {
    const folder = await made('a\n');
    for (const word of ['a/b\n', 'a\n']) {
      writeFileSync(join(folder, 'word'), word);
      expect(await pipeline(folder, 'run')).toMatchObject({ code: 0 });
      expect(saved(folder)).toEqual(['note', `site/${word.trim()}`]);
    }
  });

  it('keeps what someone changed under another name, also the second time', async () => {
    const folder = await made('a\n');
    for (const [mine, name] of [
      ['mine', 'note.changed'],
      ['mine too', 'note.changed-2'],
    ] as const) {
      writeFileSync(join(folder, 'results/note'), mine);
      const { code, out } = await pipeline(folder, 'run');
      expect(code).toBe(0);
      expect(out).toContain(
        `warning[save/changed]: results/note was not as a run had left it, and is now ${name}\n`,
      );
      expect(text(folder, 'results/note')).toBe('a\n');
      expect(text(folder, `results/${name}`)).toBe(mine);
    }
    expect(untimed((await pipeline(folder, 'run')).out)).toBe('✔ 1 up to date\n');
  });

  it('notices a change that leaves size and time stamp', async () => {
    const folder = await made('a\n');
    const { atime, mtime } = statSync(join(folder, 'results/note'));
    writeFileSync(join(folder, 'results/note'), 'b\n');
    utimesSync(join(folder, 'results/note'), atime, mtime);
    await pipeline(folder, 'run');
    expect(text(folder, 'results/note')).toBe('a\n');
  });

  it('does not delete what someone changed, although its result is gone', async () => {
    const folder = await made('a\nb\n');
    writeFileSync(join(folder, 'results/site/b'), 'mine');
    writeFileSync(join(folder, 'word'), 'a\n');
    expect(await pipeline(folder, 'run')).toMatchObject({ code: 0 });
    expect(text(folder, 'results/site/b')).toBe('mine');
  });

  it('takes copies for its own that are equal, if it no longer knows that they are', async () => {
    const folder = await made('a\n');
    const { ino } = statSync(join(folder, 'results/note'));
    rmSync(join(folder, '.pipeline/saved.json'));
    expect(untimed((await pipeline(folder, 'run')).out)).toBe('✔ 1 up to date\n');
    expect(statSync(join(folder, 'results/note')).ino).toBe(ino);
    expect(existsSync(join(folder, '.pipeline/saved.json'))).toBe(true);
  });

  it('follows no link: neither to write nor to delete', async () => {
    const folder = await made('d/a\nd/b\n');
    renameSync(join(folder, 'results/site/d'), join(folder, 'elsewhere'));
    symlinkSync('../../elsewhere', join(folder, 'results/site/d'));
    writeFileSync(join(folder, 'word'), 'd/a\nd/c\n');
    const { code, out } = await pipeline(folder, 'run');
    expect(code).toBe(1);
    expect(out).toContain(
      'error[save/not-a-folder]: results/site/d is a link or a file, and results are to be saved below it\n',
    );
    expect(readdirSync(join(folder, 'elsewhere')).sort()).toEqual(['a', 'b']);
  });

  it('names a link in the place of its folder before anything runs', async () => {
    const folder = await made('a\n');
    rmSync(join(folder, 'results'), { recursive: true });
    symlinkSync(temporaryFolder(), join(folder, 'results'));
    writeFileSync(join(folder, 'word'), 'b\n');
    const { code, out } = await pipeline(folder, 'run');
    expect(code).toBe(1);
    expect(out).toMatch(
      /^error\[save\/not-a-folder\]: results is a link or a file,.*\n {2}pipeline.yaml:\d+:\d+\n/,
    );
    expect(out).toContain('✖ nothing was started: 1 problem\n');
    expect((await pipeline(folder, 'plan')).error).toContain('save/not-a-folder');
  });

  it('replaces a link in the place of a copy, not what it leads to', async () => {
    const folder = await made('a\n');
    writeFileSync(join(folder, 'mine'), 'mine');
    rmSync(join(folder, 'results/note'));
    symlinkSync('../mine', join(folder, 'results/note'));
    expect(await pipeline(folder, 'run')).toMatchObject({ code: 0 });
    expect(lstatSync(join(folder, 'results/note')).isFile()).toBe(true);
    expect(lstatSync(join(folder, 'results/note.changed')).isSymbolicLink()).toBe(true);
    expect(text(folder, 'mine')).toBe('mine');
  });

  it('leaves the earlier copies if an action fails, and those of others in a run of one', async () => {
    const more = `  other:
    kind: shell
    save: more
    with: { inputs: [word], outputs: [x], command: 'grep a in/files/word > out/x' }
`;
    const folder = projectWith({ 'pipeline.yaml': file('results', more), word: 'a\n' });
    await pipeline(folder, 'run');
    writeFileSync(join(folder, 'word'), 'b\n');
    expect(await pipeline(folder, 'run', 'other')).toMatchObject({ code: 1 });
    expect(text(folder, 'more/x')).toBe('a\n');
    expect(text(folder, 'results/note')).toBe('a\n');
    expect(await pipeline(folder, 'run')).toMatchObject({ code: 1 });
    expect(text(folder, 'more/x')).toBe('a\n');
    expect(text(folder, 'results/note')).toBe('b\n');
  });

  it('is left out by a trial', async () => {
    const folder = await made('a\n');
    const { out } = await pipeline(folder, 'run', '--set', 'make.with.env={X: y}');
    expect(out).toContain('nothing was saved: a run with --set is a trial\n');
  });

  it('ends a run with 3 if the disk refuses, and catches up later', async () => {
    // A name as long as names may be has no room for what a temporary file would add: it must not need any.
    const folder = projectWith({ 'pipeline.yaml': file(`results/${'x'.repeat(300)}`), word: 'a\n' });
    const events = await runEvents(folder);
    expect(events.find(({ type }) => type === 'results-saved')).toMatchObject({
      files: 0,
      diagnostics: [{ code: 'infrastructure/disk', severity: 'error' }],
    });
    expect(events.at(-1)).toMatchObject({ type: 'run-finished', outcome: 'lost' });
    expect(await pipeline(folder, 'run')).toMatchObject({ code: 3 });
    writeFileSync(join(folder, 'pipeline.yaml'), file(`results/${'x'.repeat(255)}`));
    expect(await pipeline(folder, 'run')).toMatchObject({ code: 0 });
  });
});

describe('a folder for results', () => {
  it.each([
    ['/tmp/results', 'config/save-outside'],
    ['../results', 'config/save-outside'],
    ['a/../..', 'config/save-outside'],
    ['.', 'config/save-outside'],
    ['.pipeline/results', 'config/save-reserved'],
    ['sub/.git', 'config/save-reserved'],
    ['pipeline.yaml', 'config/save-reserved'],
    ['pipeline.lock/x', 'config/save-reserved'],
    ['cluster.key', 'config/save-reserved'],
    ['word', 'config/save-input'],
    ['word/below', 'config/save-input'],
  ])('%s is refused', async (save, code) => {
    const folder = projectWith({ 'pipeline.yaml': file(save), word: 'a\n' });
    const { code: exit, error } = await pipeline(folder, 'plan');
    expect(exit).toBe(2);
    expect(error).toContain(`error[${code}]: `);
    expect(error).toContain('pipeline.yaml:5:11\n');
  });

  it.each([
    ['src/**/*.py', 'src/out', false],
    ['src/**/*.py', 'out', true],
    ['"*.py"', 'out', true],
    ['"*/*.py"', 'out', false],
    ['src', 'src/out', false],
    ['src/out/x', 'src/out', false],
    ['src, "!src/out"', 'src/out', true],
    ['"**/*.py", "!out"', 'out', true],
    ['"!out", "**/*.py"', 'out', false],
  ])('beside the inputs %s: %s, %s', async (inputs, save, isGood) => {
    const more = `  other:
    kind: shell
    with: { inputs: [word, ${inputs}], outputs: [x], command: 'true > out/x' }
`;
    const folder = projectWith({ 'pipeline.yaml': file(save, more), word: 'a\n', 'src/out/x': '' });
    mkdirSync(join(folder, 'src/deep'));
    const { error } = await pipeline(folder, 'plan');
    expect(/config\/[a-z-]*/.exec(error)?.[0] ?? null).toBe(isGood ? null : 'config/save-input');
  });

  it('belongs to one stage', async () => {
    const more = `  other:
    kind: shell
    save: results/deep
    with: { outputs: [x], command: 'true > out/x' }
`;
    const folder = projectWith({ 'pipeline.yaml': file('results', more), word: 'a\n' });
    const { code, error } = await pipeline(folder, 'plan');
    expect(code).toBe(2);
    expect(error).toContain('error[config/save-twice]: "make" already saves its results in results\n');
  });
});
