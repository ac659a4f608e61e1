import { copyFileSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { diskStore } from '../../cache/disk/store.ts';
import { remoteCache } from '../../cache/http/remote.ts';
import { fileServer } from '../../cache/http/server.ts';
import type { LayeredStore } from '../../cache/layered.ts';
import { layeredStore } from '../../cache/layered.ts';
import type { ActionRecord, FileEntry } from '../../core/contracts/types.ts';
import type { Fault, HttpCache } from '../rig/http-cache.ts';
import { startHttpCache } from '../rig/http-cache.ts';
import { temporaryFolder } from '../rig/project.ts';
import { taken } from '../rig/stores.ts';
import { recordOf, storeContract } from './contract.ts';

const fingerprint = 'f'.repeat(64);
const local = { durable: false, shared: false };
const shared = { durable: false, shared: true };
/** Long enough for an answer on a busy machine, except where a test waits for it to pass. */
const patient = { answer: 20_000, rate: 10_000 };

interface Options {
  readonly folder?: string;
  readonly writes?: boolean;
  readonly authorization?: string | null;
  readonly times?: { readonly answer: number; readonly rate: number };
}

/** The store of one machine in front of a server. */
function machine(
  url: string,
  { folder = temporaryFolder(), writes = true, authorization = null, times = patient }: Options = {},
): LayeredStore {
  let count = 0;
  const remote = remoteCache(fileServer(url, authorization, times));
  return layeredStore(diskStore(folder, Date.now), remote, {
    writes,
    temporary: () => join(folder, 'tmp', `${(count += 1)}`),
  });
}

/** A server with one result, `contents` as an executable file. */
async function serverWithResult(fault?: Fault): Promise<HttpCache & { readonly entry: FileEntry }> {
  const folder = temporaryFolder();
  const { url } = await startHttpCache(folder);
  const store = machine(url);
  const source = join(temporaryFolder(), 'source');
  writeFileSync(source, 'contents', { mode: 0o755 });
  const entry = await taken(store, 'a/b', source, false);
  await store.keep(recordOf(entry), shared);
  await store.settle();
  return { ...(await startHttpCache(folder, fault)), entry };
}

storeContract('layered over a server that holds nothing', {
  open: (folder) =>
    layeredStore(
      diskStore(folder, Date.now),
      remoteCache({
        get: () => Promise.resolve(null),
        has: () => Promise.resolve(false),
        put: async (_path, _size, contents) => {
          await buffer(contents);
          return true;
        },
        close: () => undefined,
      }),
      { writes: true, temporary: () => join(folder, 'tmp', String(Math.random())) },
    ),
  damage(folder, { digest }, contents) {
    const path = join(folder, 'cas', digest.slice(0, 2), digest);
    rmSync(path, { force: true });
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, contents);
  },
  misplace(folder, from, to) {
    const path = (name: string) => join(folder, 'ac', name.slice(0, 2), name);
    mkdirSync(dirname(path(to)), { recursive: true });
    copyFileSync(path(from), path(to));
  },
});

describe('a result that another machine made', () => {
  it('is found, with its files and their executable bits, and then is here', async () => {
    const { url, requests, entry } = await serverWithResult();
    const folder = temporaryFolder();
    const store = machine(url, { folder });
    expect(await store.find(fingerprint)).toEqual(recordOf(entry));
    expect(store.traffic()).toMatchObject({ fetched: { results: 1, bytes: 8 }, sent: { results: 0 } });
    const asked = requests.length;
    expect(await diskStore(folder, Date.now).find(fingerprint)).toEqual(recordOf(entry));
    const copy = join(temporaryFolder(), 'copy');
    expect(await store.putFile(entry, copy)).toBe(true);
    expect(readFileSync(copy, 'utf8')).toBe('contents');
    expect(statSync(copy).mode & 0o100).toBe(0o100);
    expect(await store.find(fingerprint)).toEqual(recordOf(entry));
    expect(requests).toHaveLength(asked);
  });

  it('brings only the files that are not here', async () => {
    const { url, requests, entry } = await serverWithResult();
    const folder = temporaryFolder();
    const source = join(temporaryFolder(), 'source');
    writeFileSync(source, 'contents');
    await taken(diskStore(folder, Date.now), 'same', source, false);
    await machine(url, { folder }).find(fingerprint);
    expect(requests).toEqual([`GET /ac/${fingerprint}`]);
    expect(entry.size).toBe(8);
  });

  it('mends a damaged file on this machine', async () => {
    const { url, entry } = await serverWithResult();
    const folder = temporaryFolder();
    const store = machine(url, { folder });
    await store.find(fingerprint);
    const blob = join(folder, 'cas', entry.digest.slice(0, 2), entry.digest);
    rmSync(blob);
    writeFileSync(blob, 'stnetnoc');
    expect((await store.read(entry))?.toString()).toBe('contents');
  });

  it('comes with the coding that a server may give it on the way', async () => {
    const coded: Fault = ({ url = '' }, response) => {
      if (!url.startsWith('/cas/')) return false;
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('contents'));
      return true;
    };
    const { url, entry } = await serverWithResult(coded);
    expect(await machine(url).find(fingerprint)).toEqual(recordOf(entry));
  });
});

describe('what a server may do', () => {
  const status =
    (code: number, headers = {}): Fault =>
    (_, response) => {
      response.writeHead(code, headers).end();
      return true;
    };
  const blobs =
    (answer: (response: ServerResponse, request: IncomingMessage) => void): Fault =>
    (request, response) => {
      if (request.url?.startsWith('/cas/') !== true || request.method !== 'GET') return false;
      answer(response, request);
      return true;
    };

  const faults: readonly (readonly [string, Fault])[] = [
    ['fails', status(500)],
    ['is overloaded', status(503, { 'retry-after': '60' })],
    ['refuses the user', status(403)],
    ['wants a name', status(401)],
    ['leads elsewhere', status(302, { location: 'http://127.0.0.1:9/' })],
    ['hangs up', ({ socket }) => socket.destroy() instanceof Object],
    ['sends other contents', blobs((response) => response.writeHead(200).end('stnetnoc'))],
    ['sends too little', blobs((response) => response.writeHead(200).end('cont'))],
    ['sends too much', blobs((response) => response.writeHead(200).end('contents and more'))],
    [
      'sends less than it says',
      blobs((response) =>
        response.writeHead(200, { 'content-length': 8 }).write('con', () => response.destroy()),
      ),
    ],
    [
      'sends an unknown coding',
      blobs((response) => response.writeHead(200, { 'content-encoding': 'br' }).end('x')),
    ],
    [
      'sends what cannot be decoded',
      blobs((response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end('contents')),
    ],
    [
      'sends a short file that becomes endless',
      blobs((response) =>
        response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(1 << 20))),
      ),
    ],
    [
      'has the record of another result',
      ({ url }, response) => {
        if (url?.startsWith('/ac/') !== true) return false;
        response.end(JSON.stringify({ ...recordOf(entryOf('x')), fingerprint: 'e'.repeat(64) }));
        return true;
      },
    ],
    [
      'has a record that leads out of the project',
      ({ url }, response) => {
        if (url?.startsWith('/ac/') !== true) return false;
        response.end(JSON.stringify(recordOf({ ...entryOf('x'), path: '../../x' })));
        return true;
      },
    ],
    [
      'has no record but something else',
      ({ url }, response) => {
        if (url?.startsWith('/ac/') !== true) return false;
        response.end('<html>Welcome</html>');
        return true;
      },
    ],
  ];

  it.each(faults)('%s: the result counts as missing, and the run goes on', async (_, fault) => {
    const { url } = await serverWithResult(fault);
    const folder = temporaryFolder();
    const store = machine(url, { folder });
    expect(await store.find(fingerprint)).toBeNull();
    expect(await diskStore(folder, Date.now).find(fingerprint)).toBeNull();
    const source = join(temporaryFolder(), 'own');
    writeFileSync(source, 'own');
    const own = recordOf(await taken(store, 'own', source, false), 'd'.repeat(64));
    await store.keep(own, shared);
    await store.settle();
    expect(await store.find('d'.repeat(64))).toEqual(own);
  });

  it('is asked three times when it fails, and then no more in this run, which is told once', async () => {
    const { url, requests } = await serverWithResult(status(500));
    const store = machine(url);
    for (const letter of 'abcde') expect(await store.find(letter.repeat(64))).toBeNull();
    expect(requests).toHaveLength(3);
    expect(store.traffic().diagnostics).toMatchObject([
      {
        severity: 'warning',
        code: 'cache/remote-failed',
        message: expect.stringContaining('status 500') as string,
      },
    ]);
  });

  it('is asked once when it refuses the user', async () => {
    const { url, requests } = await serverWithResult(status(403));
    const store = machine(url);
    for (const letter of 'abc') await store.find(letter.repeat(64));
    expect(requests).toHaveLength(1);
    expect(store.traffic().diagnostics).toMatchObject([{ code: 'cache/remote-refused' }]);
  });

  it('may fail now and then', async () => {
    let count = 0;
    const fault: Fault = (_, response) => {
      count += 1;
      if (count % 3 === 0) return false;
      response.writeHead(500).end();
      return true;
    };
    const { url, requests } = await serverWithResult(fault);
    const store = machine(url);
    for (const letter of 'abcde0123') await store.find(letter.repeat(64));
    expect(requests).toHaveLength(9);
    expect(store.traffic().diagnostics).toEqual([]);
  });

  it.each<readonly [string, Fault]>([
    ['does not answer', () => true],
    ['begins and does not go on', blobs((response) => response.writeHead(200).write('c'))],
  ])('%s: no one waits for it longer than agreed', async (_, fault) => {
    const { url } = await serverWithResult(fault);
    const store = machine(url, { times: { answer: 100, rate: 1000 } });
    expect(await store.find(fingerprint)).toBeNull();
  });

  it('is not there', async () => {
    const store = machine('http://127.0.0.1:9');
    for (const letter of 'abc') expect(await store.find(letter.repeat(64))).toBeNull();
    expect(store.traffic().diagnostics).toMatchObject([{ code: 'cache/remote-unreachable' }]);
  });
});

describe('what this machine makes', () => {
  const made = async (store: LayeredStore, how = shared): Promise<ActionRecord> => {
    const source = join(temporaryFolder(), 'source');
    writeFileSync(source, 'contents');
    const record = recordOf(await taken(store, 'o', source, false));
    await store.keep(record, how);
    await store.settle();
    return record;
  };

  it('is sent, blobs before the record that names them, each once', async () => {
    const { url, requests } = await startHttpCache(temporaryFolder());
    const store = machine(url);
    const { outputs } = await made(store);
    const [digest] = outputs['port']?.files.map((file) => file.digest) ?? [];
    expect(requests).toEqual([`HEAD /cas/${digest}`, `PUT /cas/${digest}`, `PUT /ac/${fingerprint}`]);
    await made(store);
    expect(requests.slice(3)).toEqual([`HEAD /cas/${digest}`, `PUT /ac/${fingerprint}`]);
    expect(store.traffic()).toMatchObject({ sent: { results: 2, bytes: 8 }, unsent: 0 });
  });

  it('stays here if it is not to be written, and if it acted on the world', async () => {
    const { url, requests } = await startHttpCache(temporaryFolder());
    await made(machine(url, { writes: false }));
    await made(machine(url), local);
    expect(requests).toEqual([]);
  });

  it('takes the place of a blob that was found damaged', async () => {
    const { url, folder, entry } = await serverWithResult();
    writeFileSync(join(folder, 'cas', entry.digest), 'stnetnoc');
    const store = machine(url);
    expect(await store.find(fingerprint)).toBeNull();
    await made(store);
    expect(readFileSync(join(folder, 'cas', entry.digest), 'utf8')).toBe('contents');
  });

  it('goes with the name that the server wants', async () => {
    const seen: (string | undefined)[] = [];
    const { url } = await startHttpCache(temporaryFolder(), ({ headers }) => {
      seen.push(headers.authorization);
      return false;
    });
    await made(machine(url, { authorization: 'Bearer secret' }));
    expect(new Set(seen)).toEqual(new Set(['Bearer secret']));
  });

  it('stays here when the server only serves, whose results are used all the same', async () => {
    const readOnly: Fault = ({ method }, response) => {
      if (method !== 'PUT') return false;
      response.writeHead(403).end();
      return true;
    };
    const { url, entry, requests } = await serverWithResult(readOnly);
    const store = machine(url);
    const source = join(temporaryFolder(), 'source');
    writeFileSync(source, 'other');
    await store.keep(recordOf(await taken(store, 'o', source, false), 'd'.repeat(64)), shared);
    await store.settle();
    await store.keep(recordOf(await taken(store, 'o', source, false), 'c'.repeat(64)), shared);
    await store.settle();
    expect(requests.filter((request) => request.startsWith('PUT'))).toHaveLength(1);
    expect(await store.find(fingerprint)).toEqual(recordOf(entry));
    expect(store.traffic()).toMatchObject({ unsent: 1, diagnostics: [{ code: 'cache/remote-refused' }] });
  });
});

/** An entry of a file that exists nowhere. */
function entryOf(letter: string): FileEntry {
  return { path: letter, digest: 'a'.repeat(64), size: 8 };
}
