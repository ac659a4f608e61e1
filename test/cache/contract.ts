import { existsSync, linkSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { artifactOf } from '../../core/contracts/artifact.ts';
import type { Store } from '../../core/contracts/store.ts';
import type { ActionRecord, FileEntry } from '../../core/contracts/types.ts';
import { temporaryFolder } from '../rig/project.ts';
import { taken } from '../rig/stores.ts';

export interface StoreRig {
  readonly open: (folder: string) => Store;
  readonly damage: (folder: string, entry: FileEntry, contents: string) => void;
  /** Puts the record of one fingerprint under another. */
  readonly misplace: (folder: string, from: string, to: string) => void;
}

/** A record with one output, of one file. */
export function recordOf(entry: FileEntry, fingerprint = 'f'.repeat(64)): ActionRecord {
  return {
    format: 1,
    fingerprint,
    outputs: { port: artifactOf([entry]) },
    items: {},
    log: null,
    summary: 'made',
    detail: [],
    emulated: false,
    warnings: [],
  };
}

/** The requirements on every store; each store's test registers itself here. */
export function storeContract(name: string, { open, damage, misplace }: StoreRig): void {
  const filled = async (contents = 'contents') => {
    const folder = temporaryFolder();
    const store = open(folder);
    const source = join(temporaryFolder(), 'source');
    writeFileSync(source, contents, { mode: 0o755 });
    return { folder, store, source, entry: await taken(store, 'a/b', source, false) };
  };

  describe(`store contract: ${name}`, () => {
    it('returns what it stored, with its executable bit', async () => {
      const { store, source, entry } = await filled();
      expect(entry).toMatchObject({ path: 'a/b', size: 8, executable: true });
      expect(existsSync(source)).toBe(true);
      const destination = join(temporaryFolder(), 'deep', 'copy');
      expect(await store.putFile(entry, destination)).toBe(true);
      expect(readFileSync(destination, 'utf8')).toBe('contents');
      expect(statSync(destination).mode & 0o111).toBe(0o111);
      expect((await store.read(entry))?.toString()).toBe('contents');
    });

    it('stores the same contents twice, also by moving, and also empty ones', async () => {
      const { store, source, entry } = await filled('');
      expect(await store.takeFile('a/b', source, true)).toEqual(entry);
      expect(await store.holds([entry])).toBe(true);
    });

    it('keeps every byte of a large file, of zeros too', async () => {
      const { store } = await filled();
      const contents = Buffer.alloc(5_000_000);
      contents.write('beginning');
      contents.write('middle', 3_000_000);
      contents.write('end', contents.length - 3);
      const source = join(temporaryFolder(), 'large');
      writeFileSync(source, contents);
      const entry = await taken(store, 'large', source, true);
      const destination = join(temporaryFolder(), 'copy');
      expect(await store.putFile(entry, destination)).toBe(true);
      expect(readFileSync(destination).equals(contents)).toBe(true);
    });

    it('is not changed through another name of a file that it was to move', async () => {
      const { store } = await filled();
      const folder = temporaryFolder();
      writeFileSync(join(folder, 'theirs'), 'as it was', { mode: 0o644 });
      linkSync(join(folder, 'theirs'), join(folder, 'output'));
      const entry = await taken(store, 'output', join(folder, 'output'), true);
      expect(statSync(join(folder, 'theirs')).mode & 0o777).toBe(0o644);
      writeFileSync(join(folder, 'theirs'), 'changed !');
      expect((await store.read(entry))?.toString()).toBe('as it was');
    });

    it('makes a secret readable to nobody else', async () => {
      const { store } = await filled();
      const source = join(temporaryFolder(), 'key');
      writeFileSync(source, 'secret', { mode: 0o600 });
      const destination = join(temporaryFolder(), 'copy');
      await store.putFile(await taken(store, 'key', source, false), destination);
      expect(statSync(destination).mode & 0o777).toBe(0o600);
    });

    it('takes no file that is gone', async () => {
      const { store } = await filled();
      expect(await store.takeFile('x', join(temporaryFolder(), 'gone'), false)).toBeNull();
    });

    it('finds a record only after it was kept, also in another process', async () => {
      const { folder, store, entry } = await filled();
      expect(await store.find('f'.repeat(64))).toBeNull();
      await store.keep(recordOf(entry), { durable: true, shared: true });
      expect(await open(folder).find('f'.repeat(64))).toEqual(recordOf(entry));
    });

    it('does not take the record of one fingerprint for that of another', async () => {
      const { folder, store, entry } = await filled();
      await store.keep(recordOf(entry), { durable: false, shared: true });
      misplace(folder, 'f'.repeat(64), 'e'.repeat(64));
      expect(await store.find('e'.repeat(64))).toBeNull();
    });

    it('does not count a record whose blob is cut short', async () => {
      const { folder, store, entry } = await filled();
      await store.keep(recordOf(entry), { durable: false, shared: true });
      damage(folder, entry, 'con');
      expect(await store.holds([entry])).toBe(false);
      expect(await store.find('f'.repeat(64))).toBeNull();
    });

    it('never returns a damaged blob, and deletes it', async () => {
      const { folder, store, entry } = await filled();
      await store.keep(recordOf(entry), { durable: false, shared: true });
      damage(folder, entry, 'stnetnoc');
      const destination = join(temporaryFolder(), 'copy');
      expect(await store.putFile(entry, destination)).toBe(false);
      expect(existsSync(destination)).toBe(false);
      expect(await store.find('f'.repeat(64))).toBeNull();
      damage(folder, entry, 'stnetnoc');
      expect(await store.read(entry)).toBeNull();
    });

    it('stores contents anew in the place of a damaged blob', async () => {
      const { folder, store, source, entry } = await filled();
      damage(folder, entry, 'con');
      expect(await store.takeFile('a/b', source, false)).toEqual(entry);
      expect((await store.read(entry))?.toString()).toBe('contents');
    });

    it('serves two writers of the same results', async () => {
      const { folder, store, source, entry } = await filled();
      const other = open(folder);
      mkdirSync(join(folder, 'x'), { recursive: true });
      const both = await Promise.all([store, other].map(async (one) => one.takeFile('a/b', source, false)));
      expect(both).toEqual([entry, entry]);
      await Promise.all(
        [store, other].map(async (one) => one.keep(recordOf(entry), { durable: false, shared: true })),
      );
      expect(await store.find('f'.repeat(64))).toEqual(recordOf(entry));
    });
  });
}
