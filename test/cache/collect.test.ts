import { existsSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { collect } from '../../cache/disk/collect.ts';
import { diskStore } from '../../cache/disk/store.ts';
import { artifactOf } from '../../core/contracts/artifact.ts';
import type { ActionRecord } from '../../core/contracts/types.ts';
import { temporaryFolder } from '../rig/project.ts';
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
    await store.keep(records[letter], false);
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

it('keeps the most recently used results, up to the size', async () => {
  const { root, kept } = await storeWith({ a: 90, b: 80, c: 70 });
  expect(collect(root, 2000, [], now)).toEqual({ before: 3000, after: 2000, records: 1, blobs: 1 });
  expect(kept()).toEqual(['b', 'c']);
  expect(files(root)).toHaveLength(4);
});

it('keeps current results, however old and large', async () => {
  const { root, records, kept } = await storeWith({ a: 90, b: 80 });
  collect(root, 0, [records['a']!], now);
  expect(kept()).toEqual(['a']);
});

it('keeps recent results: a concurrent run may need them', async () => {
  const { root, kept } = await storeWith({ a: 90, b: 3 });
  collect(root, 0, [], now);
  expect(kept()).toEqual(['b']);
});

it('keeps a recent blob that no record names yet', async () => {
  const root = temporaryFolder();
  writeFileSync(join(root, 'source'), 'harvested a moment ago');
  const { digest } = await taken(diskStore(root, Date.now), 'blob', join(root, 'source'), true);
  collect(root, 0, [], now);
  expect(existsSync(join(root, 'cas', digest.slice(0, 2), digest))).toBe(true);
});

it('does nothing without a store', () => {
  expect(collect(join(temporaryFolder(), 'none'), 0, [], now)).toEqual({
    before: 0,
    after: 0,
    records: 0,
    blobs: 0,
  });
});
