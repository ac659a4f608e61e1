import { spawn } from 'node:child_process';
import fs, {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { dirname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../base/digest.ts';
import { diskStore } from '../../cache/disk/store.ts';
import { isCache, makeCache } from '../../cache/disk/tag.ts';
import type { FileEntry } from '../../core/contracts/types.ts';
import { onAnotherDisk } from '../rig/another-disk.ts';
import { temporaryFolder } from '../rig/project.ts';
import { taken } from '../rig/stores.ts';
import { recordOf, storeContract } from './contract.ts';

const blobPath = (folder: string, digest: string) => join(folder, 'cas', digest.slice(0, 2), digest);
const recordPath = (folder: string, fingerprint: string) =>
  join(folder, 'ac', fingerprint.slice(0, 2), fingerprint);

storeContract('disk', {
  open: (folder) => diskStore(folder, Date.now),
  damage(folder, { digest }, contents) {
    const path = blobPath(folder, digest);
    rmSync(path, { force: true });
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, contents);
  },
  misplace(folder, from, to) {
    mkdirSync(dirname(recordPath(folder, to)), { recursive: true });
    renameSync(recordPath(folder, from), recordPath(folder, to));
  },
});

const fingerprint = 'f'.repeat(64);

/** A store with one record of one file, `contents` with mode `mode`. */
async function filled({ mode = 0o644, move = false, root = temporaryFolder() } = {}) {
  const store = diskStore(root, Date.now);
  const source = join(temporaryFolder(), 'source');
  writeFileSync(source, 'contents');
  chmodSync(source, mode);
  const entry = await taken(store, 'a', source, move);
  await store.keep(recordOf(entry), { durable: false, shared: true });
  return {
    root,
    store,
    source,
    entry,
    blob: blobPath(root, entry.digest),
    record: recordPath(root, fingerprint),
  };
}

describe('a record', () => {
  it('is a miss if it is half written', async () => {
    const { store, record } = await filled();
    truncateSync(record, statSync(record).size - 1);
    expect(await store.find(fingerprint)).toBeNull();
  });

  it('is a miss if one bit of it was flipped, even where it would still be a record', async () => {
    const { store, record } = await filled();
    writeFileSync(record, readFileSync(record, 'utf8').replace('"made"', '"mode"'));
    expect(await store.find(fingerprint)).toBeNull();
  });

  it('written by an earlier version, without a seal, counts', async () => {
    const { store, record, entry } = await filled();
    writeFileSync(record, JSON.stringify(recordOf(entry)));
    expect(await store.find(fingerprint)).toEqual(recordOf(entry));
  });

  it('without a seal does not count if its paths lead out, or it is that of another fingerprint', async () => {
    const { store, record, entry } = await filled();
    writeFileSync(record, JSON.stringify(recordOf({ ...entry, path: '../../x' })));
    expect(await store.find(fingerprint)).toBeNull();
    writeFileSync(record, JSON.stringify(recordOf(entry, 'e'.repeat(64))));
    expect(await store.find(fingerprint)).toBeNull();
  });

  it.each([
    [
      'a link to the record',
      (path: string) => {
        renameSync(path, `${path}.moved`);
        symlinkSync(`${path}.moved`, path);
      },
    ],
    [
      'a folder',
      (path: string) => {
        rmSync(path);
        mkdirSync(path);
      },
    ],
  ])('is a miss and is replaced if there is %s in its place', async (_, replace) => {
    const { store, record, entry } = await filled();
    replace(record);
    expect(await store.find(fingerprint)).toBeNull();
    await store.keep(recordOf(entry), { durable: false, shared: true });
    expect(await store.find(fingerprint)).toEqual(recordOf(entry));
    expect(lstatSync(record).isFile()).toBe(true);
  });
});

describe('a blob', () => {
  it.each([
    [
      'a link to a file',
      (path: string) => {
        symlinkSync('/etc/hostname', path);
      },
    ],
    [
      'a folder',
      (path: string) => {
        mkdirSync(join(path, 'deep'), { recursive: true });
      },
    ],
  ])('is a miss and is replaced if there is %s in its place', async (_, put) => {
    const { store, blob, entry, source } = await filled();
    rmSync(blob);
    put(blob);
    expect(await store.holds([entry])).toBe(false);
    expect(await store.putFile(entry, join(temporaryFolder(), 'copy'))).toBe(false);
    expect(await store.read(entry)).toBeNull();
    expect(await store.takeFile('a', source, false)).toEqual(entry);
    expect(lstatSync(blob).isFile()).toBe(true);
  });

  it.each([
    [0o644, 0o444, 0o644],
    [0o600, 0o400, 0o600],
    [0o640, 0o440, 0o640],
    [0o755, 0o444, 0o755],
  ])('of a source with mode %o is as readable as that, and so are its copies', async (mode, stored, copy) => {
    for (const move of [false, true]) {
      const { store, blob, entry } = await filled({ mode, move });
      expect(statSync(blob).mode & 0o777).toBe(stored);
      const destination = join(temporaryFolder(), 'copy');
      await store.putFile(entry, destination);
      expect(statSync(destination).mode & 0o777).toBe(copy);
    }
  });

  it('of a file of another user is a copy', async (context) => {
    if (process.geteuid?.() !== 0) context.skip('only root may give files away');
    const store = diskStore(temporaryFolder(), Date.now);
    const source = join(temporaryFolder(), 'theirs');
    writeFileSync(source, 'theirs');
    chownSync(source, 12345, 12345);
    const entry = await taken(store, 'a', source, true);
    expect(statSync(source)).toMatchObject({ uid: 12345, mode: 0o100644 });
    expect((await store.read(entry))?.toString()).toBe('theirs');
  });

  it('comes from another file system by copying', async (context) => {
    const disk = onAnotherDisk();
    if (disk === null) return void context.skip('there is no second file system');
    const source = join(disk, 'source');
    writeFileSync(source, 'far away');
    const store = diskStore(temporaryFolder(), Date.now);
    const entry = await taken(store, 'a', source, true);
    expect((await store.read(entry))?.toString()).toBe('far away');
  });

  it('is not made of a file that is still being written', async () => {
    const { store } = await filled();
    const source = join(temporaryFolder(), 'growing');
    writeFileSync(source, Buffer.alloc(40_000_000));
    const writer = spawn('sh', ['-c', 'while :; do printf x >> "$0"; done', source]);
    try {
      while (statSync(source).size === 40_000_000) await setImmediate();
      expect(store.takeFile('a', source, true)).toBeNull();
    } finally {
      writer.kill();
    }
  });

  it('is not made of a file that took the place of the one that was read', () => {
    const folder = temporaryFolder();
    const source = join(folder, 'source');
    writeFileSync(source, 'read');
    writeFileSync(join(folder, 'other'), 'other');
    const root = temporaryFolder();
    const store = diskStore(root, () => {
      if (existsSync(join(folder, 'other'))) renameSync(join(folder, 'other'), source);
      return Date.now();
    });
    expect(store.takeFile('a', source, true)).toBeNull();
    expect(store.holds([{ path: 'a', size: 4, digest: sha256('read') }])).toBe(false);
    expect(existsSync(blobPath(root, sha256('read')))).toBe(false);
  });

  it('keeps the holes of its source', async () => {
    const source = join(temporaryFolder(), 'sparse');
    writeFileSync(source, 'x');
    truncateSync(source, 50_000_000);
    const root = temporaryFolder();
    const store = diskStore(root, Date.now);
    const entry = await taken(store, 'a', source, false);
    const destination = join(temporaryFolder(), 'copy');
    await store.putFile(entry, destination);
    expect(statSync(destination).size).toBe(50_000_000);
    for (const path of [blobPath(root, entry.digest), destination])
      expect(statSync(path).blocks * 512).toBeLessThan(1_000_000);
  });

  it('that was deleted a moment ago is stored again', async () => {
    const { store, blob, entry, source } = await filled();
    rmSync(blob);
    expect(await store.takeFile('a', source, false)).toEqual(entry);
    expect(existsSync(blob)).toBe(true);
  });

  it('is used again when its contents are stored again', async () => {
    const { store, blob, source } = await filled();
    utimesSync(blob, 1000, 1000);
    await store.takeFile('a', source, false);
    expect(Date.now() - statSync(blob).mtimeMs).toBeLessThan(60_000);
  });
});

describe('the folders of a cache', () => {
  it.each(['cas', 'ac', 'tmp'])('that are files are replaced: %s', async (name) => {
    const root = temporaryFolder();
    writeFileSync(join(root, name), 'in the way');
    const { store, entry } = await filled({ root });
    expect(await store.find(fingerprint)).toEqual(recordOf(entry));
  });

  it.each(['cas', 'ac', 'tmp'])('that are links are replaced, and not followed: %s', async (name) => {
    const elsewhere = temporaryFolder();
    const root = temporaryFolder();
    symlinkSync(elsewhere, join(root, name));
    const { store, entry } = await filled({ root });
    expect(await store.find(fingerprint)).toEqual(recordOf(entry));
    expect(readdirSync(elsewhere)).toEqual([]);
    expect(lstatSync(join(root, name)).isDirectory()).toBe(true);
  });

  it('that a link leads to hold nothing', async () => {
    const { root, store } = await filled();
    const moved = join(temporaryFolder(), 'cas');
    renameSync(join(root, 'cas'), moved);
    symlinkSync(moved, join(root, 'cas'));
    expect(await diskStore(root, Date.now).find(fingerprint)).toBeNull();
    expect(await store.read({ path: 'a', size: 0, digest: '0'.repeat(64) } satisfies FileEntry)).toBeNull();
  });

  it('are as accessible as its root, which may be a link', async () => {
    const root = temporaryFolder();
    chmodSync(root, 0o2775);
    const link = join(temporaryFolder(), 'cache');
    symlinkSync(root, link);
    const { blob, record } = await filled({ root: link });
    for (const folder of [dirname(blob), dirname(dirname(blob)), dirname(record)])
      expect(statSync(folder).mode & 0o7777).toBe(0o2775);
    expect(statSync(record).mode & 0o777).toBe(0o644);
  });

  it('hold no temporary files afterwards', async () => {
    const { root } = await filled();
    expect(readdirSync(join(root, 'tmp'))).toEqual([]);
  });
});

it.each([
  ['EPERM', true],
  ['ENOSPC', false],
])(
  "a record that is there is as good as an own one only if it is another user's: %s",
  async (code, isGood) => {
    const { store } = await filled();
    const record = (await store.find(fingerprint))!;
    const { renameSync: real } = fs;
    Object.assign(fs, {
      renameSync() {
        throw Object.assign(new Error(code), { code, syscall: 'rename' });
      },
    });
    syncBuiltinESMExports();
    try {
      const keep = () => store.keep(record, { durable: false, shared: true });
      if (isGood) expect(keep).not.toThrow();
      else expect(keep).toThrow(code);
    } finally {
      Object.assign(fs, { renameSync: real });
      syncBuiltinESMExports();
    }
  },
);

describe('the tag of a cache', () => {
  const made = (): string => {
    const root = join(temporaryFolder(), 'cache');
    expect(makeCache(root, false)).toBe(true);
    mkdirSync(join(root, 'ac', '0f'), { recursive: true });
    return root;
  };

  it('is made again for any damage, and is not needed for a folder that holds nothing but a cache', () => {
    for (const damage of ['', 'Signature: 8a477f597d28d172789f06886806bc54', null]) {
      const root = made();
      const tag = join(root, 'CACHEDIR.TAG');
      const whole = readFileSync(tag, 'utf8');
      if (damage === null) rmSync(tag);
      else writeFileSync(tag, damage);
      expect(isCache(root)).toBe(true);
      expect(makeCache(root, false)).toBe(true);
      expect(readFileSync(tag, 'utf8')).toBe(whole);
    }
  });

  it('of another program is none', () => {
    const root = temporaryFolder();
    writeFileSync(
      join(root, 'CACHEDIR.TAG'),
      'Signature: 8a477f597d28d172789f06886806bc55\n# Another program',
    );
    mkdirSync(join(root, 'ac', 'theirs'), { recursive: true });
    expect(isCache(root)).toBe(false);
    expect(makeCache(root, false)).toBe(false);
  });
});
