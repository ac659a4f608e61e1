import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { acquireLock } from '../../base/lock.ts';
import { cli, pipeline, runEvents } from '../rig/command.ts';
import { labels } from '../rig/events.ts';
import { projectWith, temporaryFolder, writeIn } from '../rig/project.ts';

const stage = (command: string) => `{kind: shell, with: {command: '${command}', outputs: [x]}}`;
const one = (command = 'echo 1 > out/x', more = '') =>
  `version: 1\n${more}stages:\n  one: ${stage(command)}\n`;

/** Makes everything in a folder look unused for 90 days. */
function age(folder: string): void {
  const long = new Date(Date.now() - 90 * 24 * 3600 * 1000);
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }))
    if (!entry.isSymbolicLink()) utimesSync(join(entry.parentPath, entry.name), long, long);
}

const records = (cache: string) =>
  readdirSync(join(cache, 'ac'), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    .length;

/** The only blob of a cache. */
const blobIn = (cache: string): string => {
  const [blob] = readdirSync(join(cache, 'cas'), { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return join(blob?.parentPath ?? '', blob?.name ?? '');
};

/** A project with one result, and its cache in a folder of its own. */
async function ran({ cache = temporaryFolder(), command = 'echo 1 > out/x' } = {}) {
  const folder = projectWith({ 'pipeline.yaml': one(command, `cache: ${cache}\n`) });
  await runEvents(folder);
  return { folder, cache };
}

describe('the place of the cache', () => {
  it.each(['https://cache.example/x', 's3://b/k', 'GRPC+tls://host', 'file:///tmp/x'])(
    'is not an address: %s, wherever it is written',
    async (address) => {
      const folder = projectWith({
        'pipeline.yaml': one(undefined, `cache: ${address}\nprofiles: {plain: {cache: results}}\n`),
      });
      const before = readdirSync(folder);
      const inFile = await pipeline(folder, 'run');
      expect(inFile).toMatchObject({ code: 2 });
      expect(inFile.error).toContain(
        `error[config/address]: "cache" is ${address}: an address, and no folder`,
      );
      expect(inFile.error).toContain('pipeline.yaml:2:8');
      expect(
        await pipeline(folder, 'run', '--profile', 'plain', '--set', `one.save=${address}`),
      ).toMatchObject({
        code: 2,
        error: expect.stringContaining(`"stages.one.save" is ${address}`) as string,
      });
      const { exitCode, stderr } = await execa(process.execPath, [cli, 'run', '--profile', 'plain'], {
        ...{ cwd: folder, reject: false, env: { PIPELINE_CACHE: address } },
      });
      expect(exitCode).toBe(2);
      expect(stderr).toContain(`error[config/address]: PIPELINE_CACHE is ${address}`);
      expect(readdirSync(folder)).toEqual(before);
      expect(await pipeline(folder, 'run', '--profile', 'plain')).toMatchObject({ code: 0 });
    },
  );

  it('is named by pipeline.yaml, relative to it, and by a profile', async () => {
    const folder = projectWith({
      'pipeline.yaml': one(undefined, 'cache: results\nprofiles: {other: {cache: elsewhere}}\n'),
    });
    await runEvents(folder);
    expect(records(join(folder, 'results'))).toBe(1);
    expect(existsSync(join(folder, '.pipeline/cache'))).toBe(false);
    expect(labels(await runEvents(folder, '--profile', 'other'), 'action-started')).toEqual(['one']);
    expect(records(join(folder, 'elsewhere'))).toBe(1);
  });

  it('is used by logs too; if pipeline.yaml is wrong they say so', async () => {
    const { folder } = await ran({ command: 'echo hello; echo 1 > out/x' });
    expect((await pipeline(folder, 'logs', 'one')).out).toBe('hello\n');
    writeIn(folder, 'pipeline.yaml', 'version: 3');
    expect(await pipeline(folder, 'logs', 'one')).toMatchObject({ code: 2, out: '' });
  });

  it('serves other projects', async () => {
    const { cache } = await ran();
    const other = projectWith({ 'pipeline.yaml': one(undefined, `cache: ${cache}\n`) });
    expect(labels(await runEvents(other), 'action-started')).toEqual([]);
  });
});

describe('pipeline gc', () => {
  it('keeps the current results of every project that uses the cache, and says why', async () => {
    const { cache, folder } = await ran();
    const other = (await ran({ cache, command: 'echo 2 > out/x' })).folder;
    await runEvents(other);
    writeIn(other, 'pipeline.yaml', one('echo 3 > out/x', `cache: ${cache}\n`));
    await runEvents(other);
    age(cache);
    expect(await pipeline(folder, 'gc', '--max-size', '4', '--dry-run')).toEqual({
      code: 0,
      out: '6 B → 4 B: 1 result and 1 file would be deleted\nkept: 2 current results (4 B) of 2 projects\n',
      error: '',
    });
    expect(records(cache)).toBe(3);
    expect((await pipeline(folder, 'gc', '--max-size', '4')).out).toBe(
      '6 B → 4 B: 1 result and 1 file deleted\nkept: 2 current results (4 B) of 2 projects\n',
    );
    expect(records(cache)).toBe(2);
    for (const each of [folder, other]) expect(labels(await runEvents(each), 'action-started')).toEqual([]);
  });

  it('keeps the results of a project no longer once its folder is gone', async () => {
    const { cache, folder } = await ran();
    const other = (await ran({ cache, command: 'echo 2 > out/x' })).folder;
    rmSync(other, { recursive: true });
    age(cache);
    expect((await pipeline(folder, 'gc', '--older-than', '30d')).out).toBe(
      `4 B → 2 B: 1 result and 1 file deleted\nthe project ${other} no longer exists: its results are no longer kept\nkept: 1 current result (2 B) of 1 project\n`,
    );
    expect(readdirSync(join(cache, 'roots'))).toHaveLength(1);
  });

  it('keeps the current results of all profiles, until they are no longer in the file', async () => {
    const profiles = `profiles: {b: {stages: {one: {with: {command: 'echo b > out/x'}}}}}\n`;
    const folder = projectWith({ 'pipeline.yaml': one(undefined, profiles) });
    await runEvents(folder);
    await runEvents(folder, '--profile', 'b');
    const cache = join(folder, '.pipeline/cache');
    age(cache);
    await pipeline(folder, 'gc', '--max-size', '0');
    expect(records(cache)).toBe(2);
    writeIn(folder, 'pipeline.yaml', one());
    await pipeline(folder, 'gc', '--max-size', '0');
    expect(records(cache)).toBe(1);
  });

  it('keeps what a killed run had finished', async () => {
    const folder = projectWith({
      'pipeline.yaml': `version: 1\nstages:\n  one: ${stage('echo 1 > out/x')}\n`,
    });
    await runEvents(folder);
    const ledger = readFileSync(join(folder, '.pipeline/ledger.json'));
    writeIn(folder, 'pipeline.yaml', one('echo 2 > out/x'));
    await runEvents(folder);
    // As after a kill: its journal has no end, and the ledger does not know its results.
    const journal = join(folder, '.pipeline/journal');
    const last = join(journal, readdirSync(journal).sort().at(-1)!);
    const lines = readFileSync(last, 'utf8').trimEnd().split('\n').slice(0, -1);
    writeFileSync(last, `${lines.join('\n')}\n`);
    writeFileSync(join(folder, '.pipeline/ledger.json'), ledger);
    age(join(folder, '.pipeline/cache'));
    await pipeline(folder, 'gc', '--max-size', '0');
    expect(labels(await runEvents(folder), 'action-started')).toEqual([]);
  });

  it.each([
    [
      'is missing',
      (path: string) => {
        rmSync(path);
      },
      'there is no .pipeline/ledger.json',
    ],
    [
      'is damaged',
      (path: string) => {
        writeFileSync(path, 'x');
      },
      '.pipeline/ledger.json is damaged',
    ],
  ])('deletes nothing if the ledger %s', async (_, damage, message) => {
    const { folder, cache } = await ran();
    age(cache);
    damage(join(folder, '.pipeline/ledger.json'));
    expect(await pipeline(folder, 'gc', '--max-size', '0')).toEqual({
      code: 1,
      out: '',
      error: `error[cache/no-ledger]: ${message}, and only it says which results are current\n  hint: pipeline run writes it again, from the results in the cache\n`,
    });
    expect(records(cache)).toBe(1);
    await runEvents(folder);
    expect((await pipeline(folder, 'gc', '--max-size', '2')).code).toBe(0);
    expect(records(cache)).toBe(1);
  });

  it('deletes nothing if the roots of a project are damaged', async () => {
    const { folder, cache } = await ran();
    writeIn(cache, `roots/${'a'.repeat(64)}`, 'x');
    const { code, error } = await pipeline(folder, 'gc', '--max-size', '0');
    expect(code).toBe(1);
    expect(error).toContain('cache/bad-roots');
  });

  it.each(['ac', 'cas'])('deletes nothing if %s is a link', async (name) => {
    const { folder, cache } = await ran();
    age(cache);
    const moved = join(temporaryFolder(), name);
    renameSync(join(cache, name), moved);
    symlinkSync(moved, join(cache, name));
    const { code, error } = await pipeline(folder, 'gc', '--max-size', '0');
    expect(code).toBe(1);
    expect(error).toContain('cache/link');
    expect(readdirSync(moved)).not.toEqual([]);
  });

  it('requires a limit, of at least 7 days', async () => {
    const { folder } = await ran();
    expect(await pipeline(folder, 'gc')).toEqual({
      code: 2,
      out: '',
      error:
        'error[usage/no-limit]: gc requires --max-size, --older-than, both, or --all-unused\n  hint: such as --max-size 10G or --older-than 30d\n',
    });
    expect((await pipeline(folder, 'gc', '--older-than', '6d')).code).toBe(2);
  });

  it('says that the cache is still too large, and what would help', async () => {
    const { folder, cache } = await ran();
    writeIn(folder, 'pipeline.yaml', one('echo 22 > out/x', `cache: ${cache}\n`));
    await runEvents(folder);
    expect(await pipeline(folder, 'gc', '--max-size', '4')).toEqual({
      code: 1,
      out: '5 B → 5 B: 0 results and 0 files deleted\nkept: 1 current result (3 B) of 1 project, 1 result (2 B) used in the last 7 days\n',
      error:
        'warning[cache/over-limit]: the cache still holds 5 B, more than the 4 B of --max-size\n  hint: pipeline gc --all-unused also deletes the 1 result (2 B) used in the last 7 days; current results always stay\n',
    });
    expect((await pipeline(folder, 'gc', '--max-size', '5')).code).toBe(0);
    const dry = await pipeline(folder, 'gc', '--all-unused', '--dry-run');
    expect(dry.out).toContain('5 B → 3 B: 1 result and 1 file would be deleted\n');
    expect(records(cache)).toBe(2);
    expect(await pipeline(folder, 'gc', '--all-unused')).toEqual({
      code: 0,
      out: '5 B → 3 B: 1 result and 1 file deleted\nkept: 1 current result (3 B) of 1 project\n',
      error: '',
    });
    expect(labels(await runEvents(folder), 'action-started')).toEqual([]);
    expect(await pipeline(folder, 'gc', '--max-size', '1')).toMatchObject({
      code: 1,
      error: expect.stringContaining('hint: what stays is current: pipeline cache size shows') as string,
    });
    expect((await pipeline(folder, 'gc', '--all-unused', '--max-size', '1')).code).toBe(2);
  });

  it('deletes nothing that is young while a run works in a project that uses the cache', async () => {
    const { folder, cache } = await ran();
    const other = (await ran({ cache, command: 'echo 2 > out/x' })).folder;
    const lock = acquireLock(join(other, '.pipeline/lock'));
    try {
      const { code, error } = await pipeline(folder, 'gc', '--all-unused');
      expect(code).toBe(1);
      expect(error).toContain(`error[cache/in-use]: a run is working in ${other},`);
      expect((await pipeline(folder, 'gc', '--older-than', '7d')).code).toBe(0);
    } finally {
      if (lock.type === 'held') lock.release();
    }
    expect((await pipeline(folder, 'gc', '--all-unused')).code).toBe(0);
  });

  it('deletes failed attempts that are old, or of actions that no longer exist', async () => {
    const text = `version: 1\nstages:\n  one: ${stage('exit 1')}\n  two: ${stage('exit 2')}\n  three: ${stage('exit 3')}\n`;
    const folder = projectWith({ 'pipeline.yaml': text });
    await pipeline(folder, 'run');
    const failed = join(folder, '.pipeline/failed');
    const long = new Date(Date.now() - 8 * 24 * 3600 * 1000);
    utimesSync(join(failed, 'one'), long, long);
    writeIn(folder, 'pipeline.yaml', text.replace('three', 'four'));
    expect((await pipeline(folder, 'gc', '--max-size', '0')).out).toContain('2 failed attempts (');
    expect(readdirSync(failed)).toEqual(['two']);
  });
});

describe('pipeline cache verify', () => {
  it('is content with a sound cache', async () => {
    const { folder } = await ran();
    const { code, out } = await pipeline(folder, 'cache', 'verify');
    expect(out).toMatch(/^\d+ B in 1 result and 1 file: 0 damaged, 0 unreadable, 0 results incomplete\n$/);
    expect(code).toBe(0);
  });

  it('reports and deletes damaged files and records; what they belong to runs again', async () => {
    const { folder, cache } = await ran();
    const blob = blobIn(cache);
    writeFileSync(blob, '2\n');
    writeIn(cache, `ac/aa/${'a'.repeat(64)}`, 'x');
    const { code, out, error } = await pipeline(folder, 'cache', 'verify');
    expect(code).toBe(1);
    expect(out).toContain(
      '2 damaged, 0 unreadable, 1 result incomplete, which a run makes again when it needs it\n',
    );
    expect(error).toContain(`the result ${'a'.repeat(64)} in the cache was damaged, and is deleted`);
    expect(existsSync(blob)).toBe(false);
    expect((await pipeline(folder, 'cache', 'verify', '--json')).out).toContain('"damaged":0,"incomplete":1');
    expect(labels(await runEvents(folder), 'action-started')).toEqual(['one']);
  });

  it('deletes nothing if .pipeline is a link, unless that is trusted', async () => {
    const { folder, cache } = await ran();
    const elsewhere = join(temporaryFolder(), 'state');
    renameSync(join(folder, '.pipeline'), elsewhere);
    symlinkSync(elsewhere, join(folder, '.pipeline'));
    const blob = blobIn(cache);
    writeFileSync(blob, 'damaged');
    const { code, error } = await pipeline(folder, 'cache', 'verify');
    expect(code).toBe(2);
    expect(error).toContain('error[usage/untrusted-state]: .pipeline is a link to another place');
    expect(existsSync(blob)).toBe(true);
    await pipeline(folder, 'cache', 'verify', '--trust-state');
    expect(existsSync(blob)).toBe(false);
  });
});

it('a folder that holds anything else is never the cache', async () => {
  const home = projectWith({ tmp: 'mine', 'ac/old': 'mine', 'cas/0': 'mine' });
  const folder = projectWith({ 'pipeline.yaml': one('echo 1 > out/x', `cache: ${home}\n`) });
  for (const args of [['run'], ['gc', '--older-than', '7d'], ['cache', 'verify']]) {
    const { code, out, error } = await pipeline(folder, ...args);
    expect({ args, code }).toEqual({ args, code: 2 });
    expect(out + error).toContain(`error[config/not-a-cache]: ${home} is not a cache of this program`);
  }
  for (const args of [['plan'], ['status'], ['cache', 'size']])
    expect(await pipeline(folder, ...args)).toMatchObject({ code: 0 });
  expect(readdirSync(home, { recursive: true }).sort()).toEqual(['ac', 'ac/old', 'cas', 'cas/0', 'tmp']);
  expect(readFileSync(join(home, 'tmp'), 'utf8')).toBe('mine');
});

it('a named cache is made by the first run, with the tag that backups look for', async () => {
  const cache = join(temporaryFolder(), 'deep', 'cache');
  await ran({ cache });
  expect(readFileSync(join(cache, 'CACHEDIR.TAG'), 'utf8')).toMatch(
    /^Signature: 8a477f597d28d172789f06886806bc55\n/,
  );
});

describe('pipeline cache size', () => {
  it('shows what takes the room', async () => {
    const { folder, cache } = await ran({ command: 'echo hello; echo 1 > out/x' });
    writeIn(folder, 'pipeline.yaml', one('echo 22 > out/x', `cache: ${cache}\n`));
    await runEvents(folder);
    await ran({ cache, command: 'echo 333 > out/x' });
    const { out, code } = await pipeline(folder, 'cache', 'size', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      type: 'size',
      current: { one: 3 },
      others: 4,
      older: 2,
      logs: 6,
      failed: 0,
    });
    const table = (await pipeline(folder, 'cache', 'size')).out.split('\n');
    expect(table.slice(0, 5)).toEqual([
      cache,
      'one                                             3 B',
      'current results of other projects               4 B',
      'older results                                   2 B',
      'logs                                            6 B',
    ]);
  });
});

it('a cache that was copied elsewhere is used there', async () => {
  const { folder, cache } = await ran();
  const copy = join(temporaryFolder(), 'copy');
  mkdirSync(copy);
  cpSync(cache, copy, { recursive: true });
  writeIn(folder, 'pipeline.yaml', one(undefined, `cache: ${copy}\n`));
  expect(labels(await runEvents(folder), 'action-started')).toEqual([]);
});
