import { execa } from 'execa';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { cli, untimed } from '../rig/command.ts';
import { projectWith, temporaryFolderForSuite, writeIn } from '../rig/project.ts';

const text = `version: 1
stages:
  one: {kind: shell, with: {command: 'cat in/files/source.txt > out/x', inputs: [source.txt], outputs: [x]}}
  two: {kind: shell, with: {command: 'ls in/files/folder > out/y', inputs: [folder, 'src/**/*.py'], outputs: [y]}}
profiles:
  lab: {stages: {two: null}}
`;

/** The start of the command, without anything else of the program: what it answers comes from memory. */
const startAlone = join(temporaryFolderForSuite(), 'cli.js');

/** Each works in a project of its own, where a run with nothing to do is remembered, and makes it another one. */
const changes: readonly (readonly [name: string, change: (folder: string) => void, ran: number])[] = [
  ['an input', (folder) => writeFileSync(join(folder, 'source.txt'), 'other'), 1],
  ['pipeline.yaml', (folder) => appendFileSync(join(folder, 'pipeline.yaml'), '# a comment\n'), 0],
  ['a new file in a folder', (folder) => writeFileSync(join(folder, 'folder/deep/new'), ''), 1],
  ['a file in an empty folder', (folder) => writeFileSync(join(folder, 'folder/empty/new'), ''), 1],
  ['a file that a pattern matches', (folder) => writeFileSync(join(folder, 'src/deep/b.py'), ''), 1],
  ['a file that is gone', (folder) => rmSync(join(folder, 'folder/a')), 1],
  [
    'a folder that is another',
    (folder) => renameSync(join(folder, 'folder/deep'), join(folder, 'folder/deeper')),
    1,
  ],
  ['a result that is gone', (folder) => rmSync(oneBlob(folder)), 1],
  ['a result that is cut', (folder) => truncateSync(oneBlob(folder), 0), 1],
  ['the cache', (folder) => rmSync(join(folder, '.pipeline/cache'), { recursive: true }), 2],
  ['all state', (folder) => rmSync(join(folder, '.pipeline'), { recursive: true }), 2],
  ['the ledger', (folder) => writeFileSync(join(folder, '.pipeline/ledger.json'), 'x'), 0],
  ['the lock of a killed run', (folder) => writeFileSync(join(folder, '.pipeline/lock'), '{}'), 0],
];

/** A blob of the output of `one`. */
function oneBlob(folder: string): string {
  const cas = join(folder, '.pipeline/cache/cas');
  const blobs = readdirSync(cas).flatMap((part) =>
    readdirSync(join(cas, part)).map((name) => join(cas, part, name)),
  );
  const found = blobs.find((path) => readFileSync(path, 'utf8') === 'a\ndeep\n');
  if (found === undefined) throw new Error('the output of two is in the cache');
  return found;
}

async function run(folder: string, { alone = false, args = [] as readonly string[], env = {} } = {}) {
  const { exitCode, stdout, stderr } = await execa(
    process.execPath,
    [alone ? startAlone : cli, 'run', ...args],
    {
      cwd: folder,
      env: { XDG_STATE_HOME: states, ...env },
      reject: false,
    },
  );
  return { exitCode, stdout: untimed(stdout), stderr };
}

const suite = temporaryFolderForSuite();
const states = join(suite, 'states');
const folders = new Map<string, string>();
const answer = { exitCode: 0, stdout: '✔ 2 up to date', stderr: '' };

beforeAll(async () => {
  cpSync(join(cli, '..', 'cli.js'), startAlone);
  writeFileSync(join(startAlone, '..', 'package.json'), '{"type":"module"}');
  const all = ['nothing', 'another way', ...changes.map(([name]) => name)];
  const original = join(suite, 'original');
  writeIn(original, 'pipeline.yaml', text);
  writeIn(original, 'source.txt', 'first');
  for (const path of ['folder/a', 'folder/deep/b', 'src/deep/a.py']) writeIn(original, path, '');
  mkdirSync(join(original, 'folder/empty'));
  await run(original);
  for (const name of all) {
    const folder = join(suite, name.replaceAll(' ', '-'));
    cpSync(original, folder, { recursive: true });
    folders.set(name, folder);
  }
  // What changed just now is not trusted.
  await delay(2100);
  await Promise.all([...folders.values()].map((folder) => run(folder)));
}, 60_000);

describe('a run with nothing to do', () => {
  it('is answered by the start of the command alone', async () => {
    expect(await run(folders.get('nothing')!, { alone: true })).toEqual(answer);
    expect(await run(folders.get('nothing')!)).toEqual(answer);
  });

  it.each([
    ['with a target', { args: ['one'] }],
    ['with another profile', { args: ['--profile', 'lab'] }],
    ['with an option', { args: ['--verbose'] }],
    ['with another cache', { env: { PIPELINE_CACHE: '/nowhere' } }],
    ['with colours', { env: { FORCE_COLOR: '1' } }],
    ['of another user', { env: { XDG_STATE_HOME: '/nowhere' } }],
  ])('is not, %s', async (_, way) => {
    expect((await run(folders.get('another way')!, { alone: true, ...way })).stderr).toContain('main.js');
  });

  it.each(changes)('is looked at again after a change: %s', async (name, change, ran) => {
    const folder = folders.get(name)!;
    expect(await run(folder, { alone: true })).toEqual(answer);
    change(folder);
    expect((await run(folder, { alone: true })).stderr).toContain('main.js');
    const { stdout, exitCode } = await run(folder);
    expect(exitCode).toBe(0);
    expect(stdout).toContain(ran === 0 ? '✔ 2 up to date' : `✔ done: ${ran} ran, ${2 - ran} up to date`);
  });

  it('is not remembered while an input is so new that a later change could have the same time', async () => {
    const folder = projectWith({
      'pipeline.yaml': text.replace("inputs: [folder, 'src/**/*.py']", 'inputs: [source.txt]'),
      'source.txt': '',
    });
    await run(folder);
    await run(folder);
    expect((await run(folder, { alone: true })).stderr).toContain('main.js');
  });

  it('is remembered in a folder that no one else can read', () => {
    const folder = join(states, 'finn-pipeline/idle');
    expect(existsSync(folder)).toBe(true);
    expect(readdirSync(folder).length).toBeGreaterThan(0);
  });
});
