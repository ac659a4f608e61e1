import {
  existsSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CollectOptions } from '../../cache/disk/collect.ts';
import { collect } from '../../cache/disk/collect.ts';
import { cacheFolders } from '../../cache/disk/folders.ts';
import { diskStore } from '../../cache/disk/store.ts';
import { withdraw } from '../../cache/disk/withdraw.ts';
import { artifactOf } from '../../core/contracts/artifact.ts';
import type { ActionRecord } from '../../core/contracts/types.ts';
import { temporaryFolder, writeIn } from '../rig/project.ts';
import { taken } from '../rig/stores.ts';

const now = Date.now();
const days = (count: number) => new Date(now - count * 24 * 3600 * 1000);

/** A store with a record of 1000 bytes for each letter, last used the given number of days ago. */
async function storeWith(ages: { readonly [letter: string]: number }) {
  const root = temporaryFolder();
  const store = diskStore(root, Date.now);
  const records: Record<string, ActionRecord> = {};
  for (const letter of Object.keys(ages)) {
    const source = join(root, 'source');
    writeFileSync(source, letter.repeat(1000));
    const entry = await taken(store, 'blob', source, true);
    rmSync(source);
    records[letter] = {
      format: 1,
      fingerprint: letter.repeat(64),
      outputs: { port: artifactOf([entry]) },
      items: {},
      log: null,
      summary: null,
      detail: [],
      emulated: false,
      warnings: [],
    };
    await store.keep(records[letter], { durable: false, shared: true });
    for (const path of files(root))
      if (path.includes(entry.digest) || path.includes(letter.repeat(64)))
        utimesSync(path, days(ages[letter]!), days(ages[letter]!));
  }
  const kept = () => Object.keys(ages).filter((letter) => store.find(letter.repeat(64)) !== null);
  return { root, records, kept };
}

function files(root: string): readonly string[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Options of a collection, with no limit, no roots and today's date unless given. */
function options({
  size = null,
  age = null,
  roots = [],
  isDryRun = false,
  spendsYoung = false,
}: {
  readonly size?: number | null;
  readonly age?: number | null;
  readonly roots?: readonly string[];
  readonly isDryRun?: boolean;
  readonly spendsYoung?: boolean;
} = {}): CollectOptions {
  return {
    limits: { size, age, spendsYoung },
    roots: { fingerprints: new Set(roots.map((letter) => letter.repeat(64))), records: [] },
    now,
    isDryRun,
  };
}

const share = (results: number) => ({ results, bytes: results * 1000 });

it('keeps the most recently used results, up to the size', async () => {
  const { root, kept } = await storeWith({ a: 90, b: 80, c: 70 });
  expect(collect(root, options({ size: 2000 }))).toEqual({
    before: 3000,
    after: 2000,
    records: 1,
    blobs: 1,
    kept: { current: share(0), young: share(0), within: share(2) },
  });
  expect(kept()).toEqual(['b', 'c']);
  expect(files(root)).toHaveLength(4);
});

it('keeps results that were used within the age', async () => {
  const { root, kept } = await storeWith({ a: 90, b: 80, c: 70 });
  collect(root, options({ age: 75 * 24 * 3600 * 1000 }));
  expect(kept()).toEqual(['c']);
});

it('only says what it would delete in a dry run', async () => {
  const { root, kept } = await storeWith({ a: 90, b: 80 });
  expect(collect(root, options({ size: 0, isDryRun: true }))).toMatchObject({
    after: 0,
    records: 2,
    blobs: 2,
  });
  expect(kept()).toEqual(['a', 'b']);
});

it('keeps current results, however old and large', async () => {
  const { root, kept } = await storeWith({ a: 90, b: 80 });
  expect(collect(root, options({ size: 0, roots: ['a'] })).kept.current).toEqual(share(1));
  expect(kept()).toEqual(['a']);
});

it('keeps the files of a current result whose record is lost', async () => {
  const { root, records } = await storeWith({ a: 90 });
  rmSync(join(root, 'ac'), { recursive: true });
  const { roots, ...others } = options({ size: 0 });
  collect(root, { ...others, roots: { ...roots, records: [records['a']!] } });
  expect(files(root)).toHaveLength(1);
});

it('keeps recent results: a concurrent run may need them', async () => {
  const { root, kept } = await storeWith({ a: 90, b: 3 });
  expect(collect(root, options({ size: 0 })).kept.young).toEqual(share(1));
  expect(kept()).toEqual(['b']);
});

it('keeps a recent blob that no record names yet', async () => {
  const root = temporaryFolder();
  writeFileSync(join(root, 'source'), 'harvested a moment ago');
  const { digest } = await taken(diskStore(root, Date.now), 'blob', join(root, 'source'), true);
  collect(root, options({ size: 0 }));
  expect(existsSync(join(root, 'cas', digest.slice(0, 2), digest))).toBe(true);
});

it('deletes what a killed process left, and nothing that is not of the cache', async () => {
  const { root } = await storeWith({ a: 90 });
  const own = ['tmp/0123456789abcdef01234567', 'tmp/1234.5'];
  const others = ['tmp/theirs', 'cas/theirs', 'cas/aa/theirs', `cas/theirs2/${'a'.repeat(64)}`, 'theirs'];
  for (const path of [...own, ...others]) {
    writeIn(root, path, '');
    utimesSync(join(root, path), days(90), days(90));
  }
  collect(root, options({ size: 0 }));
  expect(own.filter((path) => existsSync(join(root, path)))).toEqual([]);
  expect(others.filter((path) => existsSync(join(root, path)))).toEqual(others);
});

it('does not follow links', async () => {
  const { root, kept } = await storeWith({ a: 90 });
  const { root: elsewhere, kept: keptElsewhere } = await storeWith({ b: 90 });
  for (const name of ['ac', 'cas']) {
    rmSync(join(root, name), { recursive: true });
    symlinkSync(join(elsewhere, name), join(root, name));
  }
  collect(root, options({ size: 0 }));
  expect(kept()).toEqual([]);
  expect(keptElsewhere()).toEqual(['b']);
});

describe('while it collects', () => {
  const folders = (root: string) => cacheFolders(root);

  it('a file that was used after it was looked at stays', () => {
    const root = temporaryFolder();
    writeIn(root, 'ac/aa/file', 'used');
    const path = join(root, 'ac/aa/file');
    expect(withdraw(folders(root), path, () => false)).toBe(false);
    expect(readFileSync(path, 'utf8')).toBe('used');
    expect(readdirSync(join(root, 'tmp'))).toEqual([]);
  });

  it('a new file that took the name meanwhile stays', () => {
    const root = temporaryFolder();
    writeIn(root, 'ac/aa/file', 'old');
    const path = join(root, 'ac/aa/file');
    const isStill = () => {
      writeFileSync(path, 'new');
      return false;
    };
    expect(withdraw(folders(root), path, isStill)).toBe(false);
    expect(readFileSync(path, 'utf8')).toBe('new');
  });

  it('a record that is taken away while a run looks it up is found all the same, and its files are in use again', async () => {
    const { root, records } = await storeWith({ a: 90 });
    const path = join(root, 'ac', 'aa', 'a'.repeat(64));
    let isFirst = true;
    const store = diskStore(root, () => {
      if (isFirst) rmSync(path);
      isFirst = false;
      return now;
    });
    expect(await store.find('a'.repeat(64))).toEqual(records['a']);
    expect(existsSync(path)).toBe(true);
    collect(root, options({ size: 0 }));
    expect(await store.find('a'.repeat(64))).toEqual(records['a']);
  });
});

it('does nothing without a store', () => {
  expect(collect(join(temporaryFolder(), 'none'), options({ size: 0 }))).toMatchObject({
    before: 0,
    after: 0,
    records: 0,
    blobs: 0,
  });
});

it('spends what was used a short time ago only if the limits say so, and never what is current', async () => {
  const { root, kept } = await storeWith({ a: 1, b: 2 });
  collect(root, options({ size: 0, roots: ['a'] }));
  expect(kept()).toEqual(['a', 'b']);
  expect(collect(root, options({ size: 0, roots: ['a'], spendsYoung: true }))).toMatchObject({
    after: 1000,
    records: 1,
    blobs: 1,
    kept: { current: share(1), young: share(0) },
  });
  expect(kept()).toEqual(['a']);
});
