import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ExecutionEvent } from '../../../core/contracts/events.ts';
import { cli } from '../../rig/command.ts';
import { labels, parseEvents } from '../../rig/events.ts';
import { root } from '../../rig/sources.ts';
import { projectWith, temporaryFolderForSuite } from '../../rig/project.ts';
import { counterpart } from '../rig/counterparts.ts';
import { freePort } from '../../rig/free-port.ts';

/** Two actions; the first makes a program of 100 kB of which nothing can be compressed, the second 2 MB of nothing but zeros. */
const stages = `stages:
  one: {kind: shell, with: {command: 'head -c 100000 /dev/urandom > out/x; chmod +x out/x', outputs: [x]}}
  two: {kind: shell, needs: {x: one}, with: {command: 'test -x in/x/x; head -c 2000000 /dev/zero > out/y', outputs: [y]}}
`;

counterpart('nginx', (program) => {
  let server: {
    readonly example: string;
    readonly url: string;
    readonly secure: string;
    readonly folder: string;
  };
  let stop: () => void;
  beforeAll(async () => {
    const folder = temporaryFolderForSuite();
    mkdirSync(join(folder, 'files'));
    const [port, secure, example] = [await freePort(), await freePort(), await freePort()];
    const name = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
    const files = ['-keyout', join(folder, 'key.pem'), '-out', join(folder, 'certificate.pem')];
    execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...name, ...files], {
      stdio: 'ignore',
    });
    const [, shown = ''] =
      /```nginx\n([^]+?)```/.exec(readFileSync(join(root, 'docs', 'elsewhere.md'), 'utf8')) ?? [];
    mkdirSync(join(folder, 'shown'));
    const text = readFileSync(join(import.meta.dirname, 'nginx.conf'), 'utf8')
      .replace(
        '@SHOWN@',
        shown
          .replace('listen 8080', 'listen 127.0.0.1:@SHOWN_PORT@')
          .replace('/srv/finn-cache', '@FOLDER@/shown'),
      )
      .replaceAll('@SHOWN_PORT@', String(example))
      .replaceAll('@FOLDER@', folder)
      .replaceAll('@TLS_PORT@', String(secure))
      .replaceAll('@PORT@', String(port));
    writeFileSync(join(folder, 'nginx.conf'), `user root;\n${text}`);
    const child = spawn(program, ['-p', folder, '-c', join(folder, 'nginx.conf')], { stdio: 'ignore' });
    stop = () => {
      child.kill('SIGTERM');
    };
    server = {
      example: `http://localhost:${example}`,
      url: `http://localhost:${port}`,
      secure: `https://localhost:${secure}`,
      folder,
    };
    while ((await fetch(server.url).catch(() => null)) === null) await delay(20);
  });
  afterAll(() => {
    stop();
  });

  const run = async (
    remote: string,
    env: { readonly [name: string]: string } = {},
    folder = projectWith({}),
  ) => {
    const written = `version: 1\nremote_cache: { url: '${remote}', write: always }\n${stages}`;
    writeFileSync(join(folder, 'pipeline.yaml'), written);
    const { stdout, exitCode } = await execa(process.execPath, [cli, 'run', '--json'], {
      cwd: folder,
      extendEnv: false,
      env: { PATH: process.env['PATH'] ?? '', XDG_STATE_HOME: process.env['XDG_STATE_HOME'] ?? '', ...env },
      reject: false,
    });
    expect(exitCode).toBe(0);
    const events = parseEvents(stdout);
    return { folder, started: labels(events, 'action-started'), shared: sharedIn(events) };
  };

  describe('as a remote cache', () => {
    it('set up as docs/elsewhere.md shows, has for the second project what the first made, byte for byte', async () => {
      const first = await run(server.example);
      expect(first).toMatchObject({
        started: ['one', 'two'],
        shared: { sent: { results: 2 }, diagnostics: [] },
      });
      const second = await run(`${server.example}/`);
      expect(second).toMatchObject({
        started: [],
        shared: { fetched: { results: 2, bytes: 2_100_000 }, sent: { results: 0 }, diagnostics: [] },
      });
      expect(blobs(second.folder)).toEqual(blobs(first.folder));
    });

    it('speaks TLS, with a certificate that the user vouches for, and not without', async () => {
      const untrusted = await run(`${server.secure}/finn`);
      expect(untrusted.started).toEqual(['one', 'two']);
      expect(untrusted.shared.diagnostics).toMatchObject([
        {
          code: 'cache/remote-unreachable',
          message: expect.stringContaining('self-signed certificate') as string,
        },
        { code: 'cache/remote-unreachable' },
      ]);
      await run(`${server.url}/finn`);
      const certificate = { NODE_EXTRA_CA_CERTS: join(server.folder, 'certificate.pem') };
      expect(await run(`${server.secure}/finn`, certificate)).toMatchObject({
        started: [],
        shared: { diagnostics: [] },
      });
    });

    it('may only serve', async () => {
      await run(`${server.url}/finn`);
      const { started, shared } = await run(`${server.url}/served`);
      expect({ started, diagnostics: shared.diagnostics }).toEqual({ started: [], diagnostics: [] });
    });

    it('may want to know who asks', async () => {
      const unknown = await run(`${server.url}/named`);
      expect(unknown.shared.diagnostics).toMatchObject([
        { code: 'cache/remote-refused' },
        { code: 'cache/remote-refused' },
      ]);
      const known = {
        PIPELINE_REMOTE_CACHE: `${server.url}/named`,
        PIPELINE_REMOTE_CACHE_AUTHORIZATION: 'Bearer secret',
      };
      expect((await run('http://localhost:9', known)).shared).toMatchObject({ sent: { results: 2 } });
      expect((await run('http://localhost:9', known)).started).toEqual([]);
    });

    it('may take no more than so much: the others are sent all the same', async () => {
      const { shared } = await run(`${server.url}/small`);
      expect(shared).toMatchObject({ sent: { results: 0 }, unsent: 2 });
      expect(shared.diagnostics).toMatchObject([{ code: 'cache/remote-too-large' }]);
    });

    it('may have lost half of a file: it is made again, and sent again', async () => {
      await run(`${server.url}/finn`);
      for (const name of readdirSync(join(server.folder, 'files/finn/cas')))
        truncateSync(join(server.folder, 'files/finn/cas', name), 1000);
      expect((await run(`${server.url}/finn`)).started).toEqual(['one', 'two']);
      expect((await run(`${server.url}/finn`)).started).toEqual([]);
    });
  });
});

function sharedIn(events: readonly ExecutionEvent[]) {
  const shared = events.find((event) => event.type === 'results-shared');
  if (shared === undefined) throw new Error('nothing was said of the remote cache');
  return shared;
}

/** The names of what a project's cache holds, which are the digests of the contents. */
function blobs(folder: string): readonly string[] {
  return readdirSync(join(folder, '.pipeline/cache/cas'), { recursive: true, encoding: 'utf8' }).sort();
}
