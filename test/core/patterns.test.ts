import { mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadPlan } from '../../core/config/load.ts';
import { layoutOf } from '../../core/state/layout.ts';
import { openLedger } from '../../core/state/ledger.ts';
import { runEngine, registryWith } from '../rig/engine.ts';
import { labels } from '../rig/events.ts';
import { projectWith, writeIn } from '../rig/project.ts';

const files = {
  'src/a.py': 'a',
  'src/b.txt': 'b',
  'src/.hidden.py': 'h',
  'src/deep/c.py': 'c',
  'src/deep/er/d.py': 'd',
  'src/generated/e.py': 'e',
  'src/generated/keep.py': 'k',
  'top.py': 't',
  'data (1).npy': '1',
};

const pipelineWith = (inputs: readonly string[]): string =>
  `version: 1\nstages:\n  a: {kind: shell, with: {command: "cp -r in/files out/o", outputs: [o], inputs: ${JSON.stringify(inputs)}}}\n`;

/** What a stage with these inputs reads, or its diagnostics. */
async function read(inputs: readonly string[], folder = projectWith(files)): Promise<readonly string[]> {
  const { events } = await runEngine(folder, pipelineWith(inputs));
  const problems = events.flatMap((event) => (event.type === 'action-failed' ? event.diagnostics : []));
  if (problems.length > 0)
    return problems.map(({ code, message, at, hint }) => [code, message, at, hint].join(' | '));
  const record = openLedger(layoutOf(folder), null).entry('a')?.record;
  return (record?.outputs['o']?.files ?? []).map(({ path }) => path);
}

describe('a pattern names', () => {
  it.each<[string, string, readonly string[]]>([
    ['* within a folder', 'src/*.py', ['src/.hidden.py', 'src/a.py']],
    [
      '** any number of folders, none too',
      'src/**/*.py',
      [
        'src/.hidden.py',
        'src/a.py',
        'src/deep/c.py',
        'src/deep/er/d.py',
        'src/generated/e.py',
        'src/generated/keep.py',
      ],
    ],
    ['? one character', 'src/?.txt', ['src/b.txt']],
    ['[…] one of some', 'src/[a-b].*', ['src/a.py', 'src/b.txt']],
    ['[!…] one of the others', 'src/[!a].*', ['src/b.txt']],
    ['{…,…} one of several', '{top,src/a}.py', ['src/a.py', 'top.py']],
    ['all that is in a folder that matches', 'src/d*p', ['src/deep/c.py', 'src/deep/er/d.py']],
    ['brackets, quotes and signs by themselves', 'data (1)*', ['data (1).npy']],
    ['what ./ and / at its ends do not change', './src/deep/e*/', ['src/deep/er/d.py']],
  ])('%s', async (_, pattern, expected) => {
    expect(await read([pattern])).toEqual(expected);
  });
});

describe('! removes from what is named before it', () => {
  it.each<[string, readonly string[], readonly string[]]>([
    ['a file', ['src/*.py', '!src/a.py'], ['src/.hidden.py']],
    ['a folder', ['src', '!src/generated', '!src/deep/'], ['src/.hidden.py', 'src/a.py', 'src/b.txt']],
    ['what matches', ['src', '!**/*.py'], ['src/b.txt']],
    ['from plain files and folders too', ['top.py', 'src/deep', '!src/deep/er'], ['src/deep/c.py', 'top.py']],
    [
      'and what is named again behind it is back',
      ['src/**', '!src/{deep,generated}', '!src/*.py', 'src/generated/keep.py'],
      ['src/b.txt', 'src/generated/keep.py'],
    ],
    ['nothing, which is no mistake', ['top.py', '!nothing/**'], ['top.py']],
  ])('%s', async (_, entries, expected) => {
    expect(await read(entries)).toEqual(expected);
  });

  it('a pipe or a broken link, which cannot be an input', async () => {
    const folder = projectWith(files);
    symlinkSync('nowhere', join(folder, 'src/broken'));
    expect(await read(['src/*'], folder)).toEqual([
      'file/unsupported | src/broken is not a regular file that can be read | inputs,0 | leave it out of the inputs',
    ]);
    expect(await read(['src/*', '!src/broken', '!src/deep', '!src/generated'], folder)).toEqual([
      'src/.hidden.py',
      'src/a.py',
      'src/b.txt',
    ]);
  });
});

it('leaves out what folders leave out, and follows links as they do', async () => {
  const folder = projectWith({ 'a.txt': '', '.git/config': '', '.pipeline/x.txt': '', 'cluster.key': 'k' });
  symlinkSync('.', join(folder, 'loop'));
  const all = await read(['**'], folder);
  expect(all).toEqual(await read(['.'], folder));
  expect(all).toContain('a.txt');
  expect(all.filter((path) => /^\.git|^\.pipeline|key/.test(path))).toEqual([]);
});

describe('a name that could be a pattern', () => {
  const twoMeanings = (entry: string, index: number): string =>
    `file/two-meanings | ${entry} is a file, and an entry with another meaning | inputs,${index} | for the file, put \\ in front of each of ! * ? [ { \\ in it; otherwise rename the file`;

  it('is refused if there is a file of that name', async () => {
    const folder = projectWith({ 'd[1].npy': '1', 'd1.npy': '2', '!x': '', x: '', 'a\\*': '', 'a*': '' });
    expect(await read(['d[1].npy'], folder)).toEqual([twoMeanings('d[1].npy', 0)]);
    expect(await read(['d1.npy', '!d[1].npy'], folder)).toEqual([twoMeanings('!d[1].npy', 1)]);
    expect(await read(['d1.npy', '!x'], folder)).toEqual([twoMeanings('!x', 1)]);
    expect(await read(['a\\*'], folder)).toEqual([twoMeanings('a\\*', 0)]);
  });

  it('is that of the file with \\ in front of its characters', async () => {
    const folder = projectWith({ 'd[1].npy': '1', 'd1.npy': '2', '!x': '', x: '', 'd[1]/f': '' });
    expect(await read(['d\\[1].npy'], folder)).toEqual(['d[1].npy']);
    expect(await read(['\\!x'], folder)).toEqual(['!x']);
    expect(await read(['d\\[1]/*'], folder)).toEqual(['d[1]/f']);
    expect(await read(['d\\[*', '!d\\[1]'], folder)).toEqual(['d[1].npy']);
  });
});

describe('is refused', () => {
  it('a pattern that nothing matches', async () => {
    const hint =
      '* and ? match within a folder, ** any number of folders; what a later ! removes does not count';
    expect(await read(['top.py', 'src/**/*.pyy'])).toEqual([
      `file/no-match | no file matches src/**/*.pyy | inputs,1 | ${hint}`,
    ]);
    expect(await read(['scr/*.py'])).toEqual([
      `file/no-match | no file matches scr/*.py | inputs,0 | ${hint}`,
    ]);
  });

  it.each([
    ['src/[a.py', 'src/[a.py is not a pattern'],
    ['src/{a,b.py', 'src/{a,b.py is not a pattern'],
    ['src/**/../*.py', 'src/**/../*.py is not a pattern'],
  ])('what is no pattern: %s', async (entry, message) => {
    const loaded = await loadPlan('pipeline.yaml', pipelineWith(['top.py', entry]), null, registryWith([]));
    expect(loaded.ok || loaded.diagnostics).toMatchObject([
      { code: 'file/bad-pattern', message, place: { line: 3 } },
    ]);
  });

  it('an exclusion that comes first', async () => {
    const loaded = await loadPlan('pipeline.yaml', pipelineWith(['!src', 'top.py']), null, registryWith([]));
    expect(loaded.ok || loaded.diagnostics.map(({ message }) => message)).toEqual([
      '!src removes from what is named before it, and that is nothing',
    ]);
  });

  it.each(['../*.py', '/etc/*.conf', '!../*', '!/etc'])(
    'a pattern outside the project: %s',
    async (entry) => {
      const loaded = await loadPlan('pipeline.yaml', pipelineWith(['top.py', entry]), null, registryWith([]));
      expect(loaded.ok || loaded.diagnostics.map(({ code }) => code)).toEqual(['file/outside']);
    },
  );
});

describe('the key of a stage with patterns', () => {
  const inputs = ['src/**/*.py', '!src/generated'];
  const ran = async (folder: string, entries = inputs): Promise<boolean> =>
    labels((await runEngine(folder, pipelineWith(entries))).events, 'action-succeeded').length > 0;

  it('covers the names and contents of what matches, and nothing else', async () => {
    const folder = projectWith(files);
    expect(await ran(folder)).toBe(true);
    expect(await ran(folder)).toBe(false);
    writeIn(folder, 'src/generated/new.py', '');
    writeIn(folder, 'src/new.txt', '');
    mkdirSync(join(folder, 'src/empty'));
    expect(await ran(folder)).toBe(false);
    writeIn(folder, 'src/deep/new.py', '');
    expect(await ran(folder)).toBe(true);
    rmSync(join(folder, 'src/deep/new.py'));
    writeIn(folder, 'src/a.py', 'changed');
    expect(await ran(folder)).toBe(true);
    renameSync(join(folder, 'src/a.py'), join(folder, 'src/z.py'));
    expect(await ran(folder)).toBe(true);
  });

  it('is the same whichever way the same files are named', async () => {
    const folder = projectWith(files);
    expect(await ran(folder)).toBe(true);
    expect(await ran(folder, ['src', '!src/b.txt', '!src/gen*'])).toBe(false);
    expect(await ran(folder, ['src/deep/er/d.py', 'src/deep/c.py', 'src/*.py'])).toBe(false);
  });
});
