import { chmodSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { cli, pipeline, runEvents } from '../rig/command.ts';
import { labels, parseEvents } from '../rig/events.ts';
import type { Fault } from '../rig/http-cache.ts';
import { startHttpCache } from '../rig/http-cache.ts';
import { projectWith, temporaryFolder, writeIn } from '../rig/project.ts';

const stages = `stages:
  one: {kind: shell, with: {command: 'echo 1 > out/x', outputs: [x]}}
  two: {kind: shell, needs: {x: one}, with: {command: 'cat in/x/x in/x/x > out/y', outputs: [y]}}
`;
const file = (remote: string) => `version: 1\n${remote}${stages}`;
const sharing = (url: string, write = 'always') => file(`remote_cache: { url: '${url}', write: ${write} }\n`);

/** A server to which one project has sent its results. */
async function filledServer() {
  const server = await startHttpCache(temporaryFolder());
  const first = projectWith({ 'pipeline.yaml': sharing(server.url) });
  const events = await runEvents(first);
  return { ...server, first, events };
}

/** `pipeline run --json` with variables. */
async function runWith(folder: string, env: { readonly [name: string]: string }) {
  const { stdout } = await execa(process.execPath, [cli, 'run', '--json'], {
    cwd: folder,
    extendEnv: false,
    env: { PATH: process.env['PATH'] ?? '', XDG_STATE_HOME: process.env['XDG_STATE_HOME'] ?? '', ...env },
    reject: false,
  });
  return stdout;
}

describe('a remote cache', () => {
  it('has the results of one project for another, which runs nothing', async () => {
    const { url, events } = await filledServer();
    expect(events.find(({ type }) => type === 'results-shared')).toMatchObject({
      fetched: { results: 0 },
      sent: { results: 2 },
      unsent: 0,
      diagnostics: [],
    });
    const second = projectWith({ 'pipeline.yaml': sharing(url) });
    const again = await runEvents(second);
    expect(labels(again, 'action-started')).toEqual([]);
    expect(labels(again, 'action-cached')).toEqual(['one', 'two']);
    expect(again.find(({ type }) => type === 'results-shared')).toMatchObject({ fetched: { results: 2 } });
    expect((await pipeline(second, 'get', 'two', 'got')).code).toBe(0);
    expect(readdirSync(join(second, 'got'))).toEqual(['y']);
  });

  it('is told in one line', async () => {
    const { url } = await filledServer();
    const { out } = await pipeline(projectWith({ 'pipeline.yaml': sharing(url) }), 'run');
    expect(out).toContain('remote cache: 2 results fetched (');
  });

  it('is asked nothing by a run with nothing to do, and by commands that run nothing', async () => {
    const { requests, first } = await filledServer();
    const before = requests.length;
    await runEvents(first);
    writeIn(first, 'pipeline.yaml', sharing('http://127.0.0.1:9').replace('echo 1', 'echo 2'));
    for (const command of ['plan', 'status', 'why']) await pipeline(first, command);
    expect(requests).toHaveLength(before);
  });

  it('does not stop a run by being away', async () => {
    const folder = projectWith({ 'pipeline.yaml': sharing('http://127.0.0.1:9') });
    const { code, out } = await pipeline(folder, 'run');
    expect(code).toBe(0);
    expect(out).toContain('remote-unreachable');
    expect(out).toContain('2 results not sent');
  });

  it.each([
    ['never', {}, false],
    ['never', { CI: 'true' }, false],
    ['ci', {}, false],
    ['ci', { CI: 'true' }, true],
    ['always', {}, true],
    ['always', { PIPELINE_REMOTE_CACHE_WRITE: 'never' }, false],
    ['never', { PIPELINE_REMOTE_CACHE_WRITE: 'ci', CI: 'true' }, true],
  ])('write: %s with %o: sent is %s', async (write, env, isSent) => {
    const { url, requests } = await startHttpCache(temporaryFolder());
    await runWith(projectWith({ 'pipeline.yaml': sharing(url, write) }), env);
    expect(requests.some((request) => request.startsWith('PUT'))).toBe(isSent);
  });

  it('named by the environment comes before that of the file, and only it learns who asks', async () => {
    const seen: string[] = [];
    const note =
      (name: string): Fault =>
      ({ headers }) => {
        seen.push(`${name} ${headers.authorization ?? 'nobody'}`);
        return false;
      };
    const own = await startHttpCache(temporaryFolder(), note('own'));
    const foreign = await startHttpCache(temporaryFolder(), note('foreign'));
    const secret = { PIPELINE_REMOTE_CACHE_AUTHORIZATION: 'Bearer secret' };
    await runWith(projectWith({ 'pipeline.yaml': sharing(foreign.url) }), secret);
    expect(new Set(seen.splice(0))).toEqual(new Set(['foreign nobody']));
    await runWith(projectWith({ 'pipeline.yaml': sharing(foreign.url) }), {
      ...secret,
      PIPELINE_REMOTE_CACHE: own.url,
    });
    expect(new Set(seen)).toEqual(new Set(['own Bearer secret']));
  });

  it.each([
    ["{ url: 'ftp://host/x' }", 'url'],
    ["{ url: 'https://user:secret@host/x' }", 'url'],
    ["{ url: 'https://host/x', write: sometimes }", 'write'],
    ['{ write: ci }', 'url'],
  ])('cannot be %s', async (written, named) => {
    const folder = projectWith({ 'pipeline.yaml': file(`remote_cache: ${written}\n`) });
    const { code, error } = await pipeline(folder, 'plan');
    expect(code).toBe(2);
    expect(error).toContain(named);
  });
});

describe('a cache that two projects share', () => {
  it('makes a result that both need at the same time once', async () => {
    const cache = temporaryFolder();
    const text = `version: 1\ncache: ${cache}\nstages:\n  one: {kind: shell, with: {command: 'echo x >> ${cache}.ran; sleep 1; echo 1 > out/x', outputs: [x]}}\n`;
    const runs = await Promise.all([1, 2, 3].map(() => runEvents(projectWith({ 'pipeline.yaml': text }))));
    expect(runs.map((events) => labels(events, 'action-started').length).sort()).toEqual([0, 0, 1]);
    expect(runs.flatMap((events) => labels(events, 'action-waiting'))).toEqual(['one', 'one']);
  });

  it('goes on with what a killed run was making', async () => {
    const cache = temporaryFolder();
    const text = (command: string) =>
      `version: 1\ncache: ${cache}\nstages:\n  one: {kind: shell, with: {command: '${command}', outputs: [x]}}\n`;
    const once = `test -e ${cache}.dead || { touch ${cache}.dead; kill -9 $PPID; sleep 60; }; echo 1 > out/x`;
    await pipeline(projectWith({ 'pipeline.yaml': text(once) }), 'run');
    const events = await runEvents(projectWith({ 'pipeline.yaml': text(once) }));
    expect(labels(events, 'action-succeeded')).toEqual(['one']);
    expect(labels(events, 'action-waiting')).toEqual([]);
  });
});

describe('a cache that may only be read', () => {
  it('serves, and is never written: what is made stays in the project', async () => {
    const cache = temporaryFolder();
    const text = (command: string) => `version: 1\ncache: ${cache}\n${stages.replace('echo 1', command)}`;
    await runEvents(projectWith({ 'pipeline.yaml': text('echo 1') }));
    const before = contentsOf(cache);
    const stranger = await asStranger(cache, text('echo 1'));
    expect(stranger.started).toEqual([]);
    const other = await asStranger(cache, text('echo 2'));
    expect(other.started).toEqual(['one', 'two']);
    expect(readdirSync(join(other.folder, '.pipeline/cache/ac'))).toHaveLength(2);
    expect(contentsOf(cache)).toEqual(before);
  });
});

/** A run of another user, or of this one if it is no administrator, who may only read the cache. */
async function asStranger(cache: string, text: string) {
  const folder = projectWith({ 'pipeline.yaml': text });
  const stranger = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
  chmodSync(folder, 0o777);
  for (const path of readdirSync(cache, { recursive: true, encoding: 'utf8' }).concat('.'))
    chmodSync(join(cache, path), statSync(join(cache, path)).isDirectory() ? 0o555 : 0o444);
  const { stdout, stderr } = await execa(process.execPath, [cli, 'run', '--json'], {
    cwd: folder,
    extendEnv: false,
    env: { PATH: process.env['PATH'] ?? '', HOME: folder, XDG_STATE_HOME: join(folder, 'state') },
    reject: false,
    ...stranger,
  });
  expect(stderr).toBe('');
  return { folder, started: labels(parseEvents(stdout), 'action-started') };
}

function contentsOf(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
}
