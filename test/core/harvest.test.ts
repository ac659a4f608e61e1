import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { diskStore } from '../../cache/disk/store.ts';
import { harvest } from '../../core/execution/harvest.ts';
import { temporaryFolder } from '../rig/project.ts';

/** A job's folder with these files, whose contents are given. */
function job(files: { readonly [path: string]: string } = {}) {
  const folder = temporaryFolder();
  const at = (path: string) => join(folder, path);
  mkdirSync(at('out'));
  for (const [path, contents] of Object.entries(files)) {
    mkdirSync(dirname(at(path)), { recursive: true });
    writeFileSync(at(path), contents);
  }
  const cache = temporaryFolder();
  const store = diskStore(cache, Date.now);
  return { folder, at, cache, store, take: (...ports: string[]) => harvest(folder, ports, [], store) };
}

/** The contents of what was harvested, by port and path. */
async function contentsOf({ take, store }: ReturnType<typeof job>, ...ports: string[]) {
  const taken = await take(...ports);
  if (!taken.ok) throw new Error(JSON.stringify(taken.diagnostics));
  const contents: Record<string, string> = {};
  for (const [port, { files }] of Object.entries(taken.value.outputs))
    for (const entry of files) contents[`${port}/${entry.path}`] = String(await store.read(entry));
  return contents;
}

/** What the refusal of a port says, and whether anything was stored before it. */
async function refusalOf({ take, cache }: ReturnType<typeof job>, ...ports: string[]) {
  const taken = await take(...ports);
  expect(readdirSync(cache)).toEqual([]);
  return taken.ok ? null : taken.diagnostics.map(({ code, message }) => `${code}: ${message}`).join();
}

describe('links in outputs are kept as copies of what they lead to:', () => {
  it('to files before and behind them, to folders, to other outputs and to inputs', async () => {
    const work = job({ 'out/d/b': '1', 'out/d/folder/c': '2', 'out/e/f': '3', 'in/x/g': '4' });
    symlinkSync('b', work.at('out/d/a'));
    symlinkSync('b', work.at('out/d/z'));
    symlinkSync('folder', work.at('out/d/again'));
    symlinkSync('../e', work.at('out/d/other'));
    symlinkSync(work.at('in/x/g'), work.at('out/d/input'));
    symlinkSync('../out/d/b', work.at('out/whole'));
    expect(await contentsOf(work, 'whole', 'd', 'e')).toEqual({
      'whole/whole': '1',
      'd/a': '1',
      'd/again/c': '2',
      'd/b': '1',
      'd/folder/c': '2',
      'd/input': '4',
      'd/other/f': '3',
      'd/z': '1',
      'e/f': '3',
    });
    expect(readFileSync(work.at('in/x/g'), 'utf8')).toBe('4');
  });

  it('through folders that the job has locked', async () => {
    const work = job({ 'out/d/locked/f': '1' });
    symlinkSync('locked/f', work.at('out/d/a'));
    chmodSync(work.at('out/d/locked/f'), 0);
    chmodSync(work.at('out/d/locked'), 0);
    chmodSync(work.at('out'), 0);
    expect(await contentsOf(work, 'd')).toEqual({ 'd/a': '1', 'd/locked/f': '1' });
    expect(statSync(work.at('out/d/locked')).mode & 0o700).toBe(0o700);
  });
});

describe('refused by name, before anything is stored, is', () => {
  const outOf = (name: string) => `action/unsupported-output: ${name} is a link out of the action's folder`;

  it.each(['/', '../../..', '/etc/hostname'])('a link to %s', async (target) => {
    const work = job({ 'out/d/a': '1' });
    symlinkSync(target, work.at('out/d/link'));
    expect(await refusalOf(work, 'd')).toBe(outOf('out/d/link'));
    expect(existsSync(work.at('out/d/a'))).toBe(true);
  });

  it('a link that leads out through another folder', async () => {
    const work = job({ 'out/d/a': '1' });
    symlinkSync('/etc', work.at('etc'));
    symlinkSync('../../etc/hostname', work.at('out/d/link'));
    expect(await refusalOf(work, 'd')).toBe(outOf('out/d/link'));
  });

  it('an output that is a link out, and an out/ that is one', async () => {
    const work = job();
    symlinkSync('/etc', work.at('out/d'));
    expect(await refusalOf(work, 'd')).toBe(outOf('out/d'));
    const other = temporaryFolder();
    symlinkSync(temporaryFolder(), join(other, 'out'));
    const taken = await harvest(other, ['d'], [], work.store);
    expect(taken.ok ? null : taken.diagnostics[0]?.message).toBe('out/d is not there: out is not a folder');
  });

  it.each([
    ['a link to itself', 'l', 'out/d/l is a link that leads back to itself'],
    ['a link to the folder that it is in', '.', 'out/d/l leads in a circle'],
    ['a link to the folder of the action', '../..', 'out/d/l/out/d leads in a circle'],
    ['a link to nothing', 'nowhere', 'out/d/l is a link to nothing'],
  ])('%s', async (_, target, message) => {
    const work = job({ 'out/d/a': '1' });
    symlinkSync(target, work.at('out/d/l'));
    expect(await refusalOf(work, 'd')).toBe(`action/unsupported-output: ${message}`);
  });

  it.each([
    ['a FIFO', 'mkfifo out/d/x', 'out/d/x is neither a file nor a folder'],
    ['a device behind a link', 'ln -s /dev/null out/d/x', "out/d/x is a link out of the action's folder"],
    [
      'a name that is not UTF-8',
      'printf 1 > "$(printf "out/d/a\\377b")"',
      'out/d/"a\\xffb" has a name that is not UTF-8',
    ],
  ])('%s', async (_, command, message) => {
    const work = job({ 'out/d/a': '1' });
    execFileSync('sh', ['-c', command], { cwd: work.folder });
    expect(await refusalOf(work, 'd')).toBe(`action/unsupported-output: ${message}`);
  });

  it('an odd name, made harmless', async () => {
    const work = job({ 'out/d/a': '1' });
    symlinkSync('/', work.at('out/d/\u001b]0;title\u0007\n\u009d\u202e'));
    expect(await refusalOf(work, 'd')).toBe(outOf('"out/d/\\u001b]0;title\\u0007\\n\\u009d\\u202e"'));
  });

  it('a missing output', async () => {
    expect(await refusalOf(job({ 'out/d/a': '1' }), 'd', 'e')).toBe(
      'action/missing-output: it succeeded but did not make out/e',
    );
  });
});

it('odd names are kept as they are', async () => {
  const names = ['a\nb', 'a\\b', '-rf', ' ', '\ufffd', 'ä', 'e\u0301', '"', '__proto__'];
  const work = job(Object.fromEntries(names.map((name) => [`out/d/${name}`, name])));
  expect(await contentsOf(work, 'd')).toEqual(Object.fromEntries(names.map((name) => [`d/${name}`, name])));
});

it('an output may have any name', async () => {
  const work = job();
  writeFileSync(work.at('out/__proto__'), '1');
  const taken = await work.take('__proto__');
  expect(taken.ok && Object.keys(taken.value.outputs)).toEqual(['__proto__']);
});

it('a file of the project that an output is a hard link to stays as it is', async () => {
  const work = job();
  const theirs = join(temporaryFolder(), 'big');
  writeFileSync(theirs, 'theirs', { mode: 0o644 });
  linkSync(theirs, work.at('out/o'));
  expect(await contentsOf(work, 'o')).toEqual({ 'o/o': 'theirs' });
  expect(statSync(theirs).mode & 0o777).toBe(0o644);
});

it('a file that changes while it is stored is refused by name', async () => {
  const work = job({ 'out/d/a': '1' });
  const changing = { ...work.store, takeFile: () => null };
  const taken = await harvest(work.folder, ['d'], [], changing);
  expect(taken.ok ? null : taken.diagnostics).toEqual([
    {
      code: 'action/still-writing',
      severity: 'error',
      message: 'out/d/a changed after the action had ended',
      hint: 'something that it started still writes there: let the command wait for it',
    },
  ]);
});

it('a manifest must hold items that can be folders', async () => {
  const work = job({ 'out/d/manifest.json': '[{"id": "..", "position": 0}]' });
  const taken = await harvest(work.folder, ['d'], ['d'], work.store);
  expect(taken.ok ? null : taken.diagnostics[0]?.code).toBe('action/bad-manifest');
});

it('can be repeated after one that failed half way, and then takes every file', async () => {
  const work = job({ 'out/d/a': '1', 'out/d/b': '2' });
  let left = 1;
  const full = {
    ...work.store,
    takeFile: (...taking: Parameters<typeof work.store.takeFile>) => {
      if (left-- === 0) throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC', syscall: 'write' });
      return work.store.takeFile(...taking);
    },
  };
  await expect(harvest(work.folder, ['d'], [], full)).rejects.toThrow('ENOSPC');
  expect(await contentsOf(work, 'd')).toEqual({ 'd/a': '1', 'd/b': '2' });
});
