import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { artifactOf } from '../../core/contracts/artifact.ts';
import type { Store } from '../../core/contracts/store.ts';
import type { ActionRecord, FileEntry } from '../../core/contracts/types.ts';
import { temporaryFolder } from '../rig/project.ts';

export interface StoreRig {
  readonly open: (folder: string) => Store;
  readonly damage: (folder: string, entry: FileEntry, contents: string) => void;
}

/** The requirements on every store; each store's test registers itself here. */
export function storeContract(name: string, { open, damage }: StoreRig): void {
  const recordOf = (entry: FileEntry): ActionRecord => ({
    format: 1,
    fingerprint: 'f'.repeat(64),
    outputs: { port: artifactOf([entry]) },
    items: {},
    log: null,
    summary: 'made',
    detail: [],
    emulated: false,
    warnings: [],
  });
  const filled = async (contents = 'contents') => {
    const folder = temporaryFolder();
    const store = open(folder);
    const source = join(temporaryFolder(), 'source');
    writeFileSync(source, contents, { mode: 0o755 });
    return { folder, store, source, entry: await store.takeFile('a/b', source, false) };
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

    it('finds a record only after it was kept, also in another process', async () => {
      const { folder, store, entry } = await filled();
      expect(await store.find('f'.repeat(64))).toBeNull();
      await store.keep(recordOf(entry), true);
      expect(await open(folder).find('f'.repeat(64))).toEqual(recordOf(entry));
    });

    it('does not count a record whose blob is cut short', async () => {
      const { folder, store, entry } = await filled();
      await store.keep(recordOf(entry), false);
      damage(folder, entry, 'con');
      expect(await store.holds([entry])).toBe(false);
      expect(await store.find('f'.repeat(64))).toBeNull();
    });

    it('never returns a damaged blob, and deletes it', async () => {
      const { folder, store, entry } = await filled();
      await store.keep(recordOf(entry), false);
      damage(folder, entry, 'stnetnoc');
      const destination = join(temporaryFolder(), 'copy');
      expect(await store.putFile(entry, destination)).toBe(false);
      expect(existsSync(destination)).toBe(false);
      expect(await store.find('f'.repeat(64))).toBeNull();
      damage(folder, entry, 'stnetnoc');
      expect(await store.read(entry)).toBeNull();
    });

    it('serves two writers of the same results', async () => {
      const { folder, store, source, entry } = await filled();
      const other = open(folder);
      mkdirSync(join(folder, 'x'), { recursive: true });
      const both = await Promise.all([store, other].map(async (one) => one.takeFile('a/b', source, false)));
      expect(both).toEqual([entry, entry]);
      await Promise.all([store, other].map(async (one) => one.keep(recordOf(entry), false)));
      expect(await store.find('f'.repeat(64))).toEqual(recordOf(entry));
    });
  });
}
