import { randomBytes } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { connectBoard } from '../../boards/client/connection.ts';
import { encodeKey, makeKey } from '../../boards/keys.ts';
import type { Package } from '../../boards/package/directory.ts';
import { openRemoteShell } from '../../boards/remote/shell.ts';
import { deploy } from '../../stages/deploy/work.ts';
import { smoke } from '../../stages/smoke/work.ts';
import type { Job } from '../../core/contracts/types.ts';
import type { JsonObject } from '../../base/json.ts';
import { workerRunner } from '../../runners/worker.ts';
import type { World } from '../../core/contracts/world.ts';
import { bundleEmulatedBoard, cutParts, packageOf } from '../boards/fixture.ts';
import { runStage } from '../stages/stage.ts';
import { pipeline } from '../rig/command.ts';
import { temporaryFolderForSuite } from '../rig/project.ts';
import { buildNatively, xorSample } from './board-server.ts';
import { counterpart } from './counterparts.ts';
import type { SshBoard } from './sshd.ts';
import { startSshBoard } from './sshd.ts';

const state = '/var/lib/pipeline-board';
const megabyte = 1_000_000;
const middle = { shape: [1, 64], datatype: 'INT2' };

counterpart('cmake', () => counterpart('namespaces', () => counterpart('sshd', () => tests())));

const busybox = ['/bin/busybox', '/usr/bin/busybox'].find((path) => existsSync(path)) ?? null;

function tests(): void {
  const key = makeKey();
  let folder: string;
  let zed0: SshBoard;
  /** More boards that ssh finds as zed0. */
  let mistaken: SshBoard;
  let sftpless: SshBoard;
  let noisy: SshBoard;
  const started: SshBoard[] = [];
  let stage = 0;

  beforeAll(async () => {
    folder = temporaryFolderForSuite();
    writeFileSync(join(folder, 'cluster.key'), encodeKey(key), { mode: 0o600 });
    const server = buildNatively();
    const start = async (what: string, sftp: string | null) => {
      const board = await startSshBoard({
        folder: join(folder, what),
        name: 'zed0',
        key,
        server,
        megabytes: 40,
        sftp,
        busybox: what === 'zed0' ? busybox : null,
      });
      started.push(board);
      return board;
    };
    zed0 = await start('zed0', 'internal-sftp');
    mistaken = await start('mistaken', 'internal-sftp');
    sftpless = await start('sftpless', null);
    noisy = await start('noisy', 'echo Welcome; cat >/dev/null');
  }, 600_000);
  afterAll(() => Promise.all(started.map((board) => board.stop())));
  beforeEach(() => {
    zed0.line.reset();
    zed0.execute(`mount -o remount,rw ${state}; cd ${state}; rm -rf packages deployment.json fill`);
  });

  const half = xorSample(0x5a, { shape: [1, 1, 28, 28], datatype: 'UINT8' }, middle);
  const otherHalf = xorSample(0xc3, middle, { shape: [1, 4], datatype: 'UINT8' });
  const emulated = Buffer.from('{"format": 1, "transformation": "xor", "mask": 90}');
  /** A package with so many bytes that do not compress. */
  const big = (bytes: number, sample = half): Package =>
    sample.package(
      {},
      new Map([
        ['emulated.json', emulated],
        ['deep/it\'s "big"', randomBytes(bytes)],
      ]),
    );

  const boardOf = (change: JsonObject = {}): JsonObject => ({
    name: 'zed0',
    type: 'zedboard',
    emulated: false,
    address: zed0.address,
    ssh: 'zed0',
    ...change,
  });
  const worldOf = (board: JsonObject, sshConfig: string): JsonObject => ({
    board,
    boards: [board],
    boardsDir: join(folder, 'boards'),
    project: folder,
    tools: { boards: { 'ssh-config': sshConfig } },
  });
  const deployPackages = (
    packages: readonly Package[],
    {
      board = boardOf(),
      sshConfig = zed0.sshConfig,
      params = {},
    }: { readonly board?: JsonObject; readonly sshConfig?: string; readonly params?: JsonObject } = {},
  ) => {
    const place = join(folder, `stage${stage++}`);
    return runStage(deploy, place, gathered(packages), { world: worldOf(board, sshConfig), params });
  };
  const onDisk = (): readonly string[] => zed0.execute(`ls -A ${state}/packages`).split('\n').filter(Boolean);

  /** Writes a configuration of ssh with more lines before those of the board. */
  function sshConfigWith(...lines: readonly string[]): string {
    const path = join(folder, `ssh_config_${stage}`);
    writeFileSync(path, [...lines, readFileSync(zed0.sshConfig, 'utf8')].join('\n'));
    return path;
  }

  describe('a deploy to a real board', () => {
    test('brings packages and deployment, says how fast, and leaves the board free', async () => {
      const packages = [big(3 * megabyte), big(megabyte, otherHalf)];
      const { result, out, log } = await deployPackages(packages);
      expect(result).toMatchObject({
        ok: true,
        emulated: true,
        summary: expect.stringMatching(
          /^EMULATED: zed0 holds deployment [0-9a-f]{12}, 2 of 2 packages sent, 4\.0 MB in \d\.\d s$/,
        ) as string,
      });
      expect(log.slice(0, 2)).toEqual(packages.map(({ id }) => `zed0: package ${id.slice(0, 12)} is sent`));
      expect(log.at(-1)).toMatch(/^zed0: 4\.0 MB of 4\.0 MB, [\d.]+ MB\/s$/);
      expect(onDisk()).toEqual(packages.map(({ id }) => id).sort());
      const modes = zed0.execute(`cd ${state}; find packages deployment.json -printf '%y%m\\n' | sort -u`);
      expect(modes).toBe('d755\nf644\n');

      const connection = await connectBoard('zed0', zed0.address, key, 5);
      const receipt = JSON.parse(readFileSync(join(out, 'receipt/receipt.json'), 'utf8')) as JsonObject;
      expect(await connection.status(5)).toMatchObject({
        deployment: receipt['deployment'],
        leasedSeconds: 0,
      });
      await connection.acquire(5, 5);
      const place = { deployment: receipt['deployment'] as string, position: 1, package: packages[1]!.id };
      expect(await connection.load(place, 5)).toMatchObject({ package: packages[1]!.id });
      await connection.release(5);
      connection.close();
    });

    test('again sends nothing and gives the same receipt', async () => {
      const packages = [big(megabyte)];
      const first = await deployPackages(packages);
      zed0.line.reset();
      const inode = `stat -c %i ${state}/deployment.json`;
      const before = zed0.execute(inode);
      const second = await deployPackages(packages);
      expect(second.result).toMatchObject({
        summary: expect.stringMatching(/, 0 of 1 packages sent$/) as string,
      });
      expect(zed0.line.sent()).toBeLessThan(30_000);
      expect(zed0.execute(inode)).toBe(before);
      const [a, b] = [first, second].map(({ out }) =>
        readFileSync(join(out, 'receipt/receipt.json'), 'utf8'),
      );
      expect(a).toBe(b);
    });

    test('sends only what changed, and keeps the package that it replaces', async () => {
      const [kept, old, changed] = [big(2 * megabyte), big(megabyte, otherHalf), big(megabyte, otherHalf)];
      await deployPackages([kept, old]);
      zed0.line.reset();
      expect((await deployPackages([kept, changed])).result).toMatchObject({
        summary: expect.stringContaining(', 1 of 2 packages sent, 1.0 MB in ') as string,
      });
      expect(zed0.line.sent()).toBeLessThan(1.1 * megabyte);
      expect(onDisk()).toEqual([kept, old, changed].map(({ id }) => id).sort());
    });

    test('sends a package once that stands at two positions', async () => {
      const twice = big(megabyte, xorSample(0x11, middle, middle));
      expect((await deployPackages([twice, twice])).result).toMatchObject({
        ok: true,
        summary: expect.stringContaining(', 1 of 2 packages sent, 1.0 MB in ') as string,
      });
      expect(onDisk()).toEqual([twice.id]);
    });

    test('replaces a damaged package', async () => {
      const packages = [big(megabyte)];
      await deployPackages(packages);
      const damaged = `${state}/packages/${packages[0]!.id}/emulated.json`;
      zed0.execute(`echo x >${damaged}; mkdir ${state}/packages/${packages[0]!.id}/more`);
      expect((await deployPackages(packages)).result).toMatchObject({
        summary: expect.stringContaining('1 of 1 packages sent') as string,
      });
      expect(zed0.execute(`cat ${damaged}; ls ${state}/packages/${packages[0]!.id}`)).toBe(
        `${emulated.toString()}deep\nemulated.json\npackage.json\n`,
      );
    });

    test('keeps so many old packages, and never takes away the one that is loaded', async () => {
      const made = Array.from({ length: 4 }, () => big(1000));
      const { out } = await deployPackages([made[0]!]);
      const { deployment } = JSON.parse(readFileSync(join(out, 'receipt/receipt.json'), 'utf8')) as {
        deployment: string;
      };
      const connection = await connectBoard('zed0', zed0.address, key, 5);
      await connection.acquire(5, 5);
      await connection.load({ deployment, position: 0, package: made[0]!.id }, 5);
      await connection.release(5);
      for (const [at, found] of made.entries()) {
        const params = at < 3 ? {} : { keep: 1 };
        await deployPackages([found], { params });
        // Times of folders have steps of some ms.
        zed0.execute(`touch -d @${1e9 + at} ${state}/packages/${found.id}`);
      }
      expect(onDisk()).toEqual([made[0]!, made[2]!, made[3]!].map(({ id }) => id).sort());
      await connection.acquire(5, 5);
      await connection.unload(5);
      await connection.release(5);
      connection.close();
    });

    test('notes the time by the clock here, for many boards have none that goes on without power', async () => {
      const packages = [big(1000)];
      const before = Math.floor(Date.now() / 1000);
      await deployPackages(packages);
      const [seconds, fraction] = zed0
        .execute(`TZ=UTC0 stat -c %.9Y ${state}/packages/${packages[0]!.id}`)
        .trim()
        .split('.');
      expect(Number(seconds)).toBeGreaterThanOrEqual(before);
      expect(Number(seconds)).toBeLessThanOrEqual(Date.now() / 1000);
      expect(fraction).toBe('000000000');
    });

    test('works from a folder for temporary files whose name has blanks, quotes and patterns', async () => {
      const odd = join(folder, 'a b\'c"d %h ${HOME}', 'x'.repeat(100));
      mkdirSync(odd, { recursive: true });
      vi.stubEnv('TMPDIR', odd);
      try {
        expect((await deployPackages([big(1000)])).result).toMatchObject({ ok: true });
        expect(readdirSync(odd)).toEqual([]);
        vi.stubEnv('TMPDIR', join(odd, 'nowhere'));
        expect((await deployPackages([big(1000)])).result).toMatchObject({
          ok: false,
          diagnostics: [{ code: 'ssh/failed', hint: expect.stringContaining('TMPDIR') as string }],
        });
      } finally {
        vi.unstubAllEnvs();
      }
    });

    test('throws away what was begun a day ago, and nothing younger', async () => {
      zed0.execute(
        `mkdir -p ${state}/packages/.incoming-old ${state}/packages/.incoming-new; touch -d @1000000000 ${state}/packages/.incoming-old`,
      );
      const packages = [big(1000)];
      await deployPackages(packages);
      expect(onDisk()).toEqual(['.incoming-new', packages[0]!.id].sort());
    });
  });

  describe('an interrupted deploy', () => {
    const broken = (code: string) => ({
      ok: false,
      diagnostics: [{ code, hint: 'run again: the next run goes on where this one stopped' }],
    });

    test('goes on where it stopped', async () => {
      const packages = [big(8 * megabyte)];
      zed0.line.failAfter(6 * megabyte, 'break');
      expect((await deployPackages(packages)).result).toMatchObject(broken('ssh/connection-lost'));
      expect(existsSync(`${state}/deployment.json`)).toBe(false);
      zed0.line.reset();
      const { result } = await deployPackages(packages);
      expect(result).toMatchObject({ ok: true });
      expect(zed0.line.sent()).toBeLessThan(6 * megabyte);
      expect(onDisk()).toEqual([packages[0]!.id]);
    });

    test('goes on where it stopped when the board ends the session', async () => {
      const packages = [big(8 * megabyte)];
      const { reached } = zed0.line.failAfter(6 * megabyte, 'stall');
      const running = deployPackages(packages);
      await reached;
      zed0.execute("pkill -f '^sshd: root'");
      expect((await running).result).toMatchObject(broken('ssh/connection-lost'));
      zed0.line.reset();
      expect((await deployPackages(packages)).result).toMatchObject({ ok: true });
      expect(zed0.line.sent()).toBeLessThan(6 * megabyte);
    });

    test('goes on where it stopped a day ago, where old packages must make room first', async () => {
      for (const bytes of [11, 12]) await deployPackages([big(bytes * megabyte)]);
      const packages = [big(14 * megabyte)];
      zed0.line.failAfter(6 * megabyte, 'break');
      expect((await deployPackages(packages)).result).toMatchObject(broken('ssh/connection-lost'));
      zed0.line.reset();
      zed0.execute(
        `touch -d @1000000000 ${state}/packages/.incoming-*; head -c 8M /dev/zero >${state}/fill || :`,
      );
      const { result, log } = await deployPackages(packages, { params: { keep: 0 } });
      expect(result).toMatchObject({ ok: true });
      expect(log.join('\n')).toContain('old packages removed');
      expect(zed0.line.sent()).toBeLessThan(12 * megabyte);
    });

    test('is noticed on a line that fell silent', async () => {
      zed0.line.failAfter(megabyte, 'stall');
      const { result } = await deployPackages([big(8 * megabyte)]);
      expect(result).toMatchObject(broken('ssh/connection-lost'));
    });

    test('sends anew what the board kept wrongly', async () => {
      const packages = [big(megabyte)];
      const place = `${state}/packages/.incoming-${packages[0]!.id}`;
      zed0.execute(`mkdir -p ${place}/deep; head -c 300000 /dev/zero >"${place}/deep/it's \\"big\\""`);
      const { result, log } = await deployPackages(packages);
      expect(result).toMatchObject({ ok: true, summary: expect.stringContaining('1.7 MB in') as string });
      expect(log).toContain(
        `zed0: the partial copy of deep/it's "big" is unusable; it is sent from the beginning`,
      );
    });

    test('by a user leaves no process of ssh, and the next one follows it', async () => {
      const directory = join(folder, 'cancelled');
      const packages = [big(8 * megabyte)];
      for (const [path, bytes] of Object.entries(gathered(packages))) {
        mkdirSync(dirname(join(directory, 'in', path)), { recursive: true });
        writeFileSync(join(directory, 'in', path), bytes);
      }
      const job: Job = {
        label: 'deploy/zed0',
        directory,
        run: { type: 'effect', name: 'deploy' },
        params: {},
        world: worldOf(boardOf(), zed0.sshConfig) as unknown as World,
      };
      const before = privateFolders();
      const runner = workerRunner(new URL('../../dist/worker.js', import.meta.url));
      expect(existsSync(fileURLToPath(new URL('../../dist/worker.js', import.meta.url)))).toBe(true);
      const { reached } = zed0.line.failAfter(6 * megabyte, 'stall');
      const handle = await runner.submit(job);
      await reached;
      expect(processesOf(folder)).not.toEqual([]);
      await runner.cancel(handle);
      expect(await runner.wait(handle, () => undefined)).toEqual({ type: 'cancelled' });
      await vi.waitFor(() => expect(processesOf(folder)).toEqual([]), { timeout: 5000 });
      await vi.waitFor(() => expect(privateFolders()).toEqual(before), { timeout: 5000 });
      await runner.close();
      zed0.line.reset();
      const { result, log } = await deployPackages(packages);
      expect(result).toMatchObject({ ok: true });
      expect(log[0]).toMatch(/^zed0: is leased for another \d+ s$/);
      expect(zed0.line.sent()).toBeLessThan(6 * megabyte);
    });
  });

  describe('refused is', () => {
    const refused = (code: string, message: string, hint = '') => ({
      ok: false,
      diagnostics: [
        {
          code,
          message: expect.stringContaining(message) as string,
          hint: expect.stringContaining(hint) as string,
        },
      ],
    });
    const small = () => [big(1000)];

    test('a wrong key of the cluster', async () => {
      await writeFile(join(folder, 'wrong.key'), encodeKey(makeKey()), { mode: 0o600 });
      const board = boardOf();
      const world = { ...worldOf(board, zed0.sshConfig), tools: { boards: { key: 'wrong.key' } } };
      const place = join(folder, `stage${stage++}`);
      const { result } = await runStage(deploy, place, gathered(small()), { world });
      expect(result).toMatchObject(refused('auth/wrong-key', 'zed0'));
      expect(zed0.line.sent()).toBe(0);
    });

    test('a board whose server cannot be reached', async () => {
      const board = boardOf({ address: { host: '127.0.0.1', port: 1 } });
      expect((await deployPackages(small(), { board })).result).toMatchObject(
        refused(
          'board/unreachable',
          'zed0 cannot be reached at 127.0.0.1:1',
          '`pipeline boards install zed0`',
        ),
      );
    });

    test('a board that ssh cannot reach', async () => {
      const sshConfig = sshConfigWith('Host zed0', 'Port 1');
      expect((await deployPackages(small(), { sshConfig })).result).toMatchObject(
        refused('ssh/unreachable', 'Connection refused'),
      );
    });

    test('a host key that is not known, and one that changed', async () => {
      const known = join(folder, 'other_known_hosts');
      writeFileSync(known, '');
      const sshConfig = sshConfigWith('Host zed0', `UserKnownHostsFile ${known}`);
      expect((await deployPackages(small(), { sshConfig })).result).toMatchObject(
        refused('ssh/host-key-unknown', 'zed0', 'ssh zed0'),
      );
      const [host, type] = readFileSync(join(folder, 'zed0/known_hosts'), 'utf8').split(' ');
      const [, other] = readFileSync(join(folder, 'zed0/id.pub'), 'utf8').split(' ');
      writeFileSync(known, `\n${host!} ${type!} ${other!}\n`);
      expect((await deployPackages(small(), { sshConfig })).result).toMatchObject(
        refused('ssh/host-key-changed', `(${known}, line 2)`, `ssh-keygen -f ${known} -R '${host!}'`),
      );
    });

    test('a user whom the board does not let in', async () => {
      const stranger = join(folder, 'stranger');
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', stranger]);
      const sshConfig = join(folder, 'stranger_config');
      const text = readFileSync(zed0.sshConfig, 'utf8');
      writeFileSync(sshConfig, text.replace(/IdentityFile .*/, `IdentityFile ${stranger}`));
      expect((await deployPackages(small(), { sshConfig })).result).toMatchObject(
        refused('ssh/denied', 'Permission denied', 'ssh-copy-id'),
      );
    });

    test('a configuration of ssh that is none', async () => {
      const sshConfig = sshConfigWith('Bogus yes');
      expect((await deployPackages(small(), { sshConfig })).result).toMatchObject(
        refused('ssh/failed', 'Bad configuration option: bogus', 'ssh zed0'),
      );
    });

    test('a disk that is too small, before anything is sent', async () => {
      zed0.execute(`head -c 36M /dev/zero >${state}/fill`);
      expect((await deployPackages([big(4 * megabyte)])).result).toMatchObject(
        refused('deploy/disk-full', 'zed0 has 4.2 MB free, and 5.0 MB are needed', state),
      );
      expect(zed0.line.sent()).toBeLessThan(30_000);
    });

    test('a disk that somebody else fills meanwhile', async () => {
      const { reached } = zed0.line.failAfter(megabyte, 'stall');
      const running = deployPackages([big(8 * megabyte)]);
      await reached;
      zed0.execute(`head -c 40M /dev/zero >${state}/fill || :`);
      zed0.line.reset();
      expect((await running).result).toMatchObject(refused('deploy/disk-full', 'the disk of zed0 is full'));
    });

    test('a disk that is full of old packages, which are removed first', async () => {
      for (const bytes of [11, 12, 13])
        await deployPackages([big(bytes * megabyte)], { params: { keep: 9 } });
      const packages = [big(14 * megabyte)];
      expect((await deployPackages(packages, { params: { keep: 0 } })).result).toMatchObject({ ok: true });
      expect(onDisk()).toEqual([packages[0]!.id]);
    });

    test('a disk that cannot be written', async () => {
      zed0.execute(`mkdir -p ${state}/packages; mount -o remount,ro ${state}`);
      expect((await deployPackages(small())).result).toMatchObject(
        refused('deploy/not-writable', 'read-only file system'),
      );
    });

    test('a board that somebody else owns', async () => {
      const other = await connectBoard('zed0', zed0.address, key, 5);
      await other.acquire(60, 5);
      expect((await deployPackages(small())).result).toMatchObject(refused('board/leased', 'zed0'));
      expect(zed0.line.sent()).toBe(0);
      await other.release(5);
      other.close();
    });

    test('a board of another type than in the cluster', async () => {
      const board = boardOf({ type: 'pynq-z1' });
      const found = half.package({ board: 'pynq-z1', part: 'xc7z020clg400-1' });
      expect((await deployPackages([found], { board })).result).toMatchObject(
        refused('board/other-type', 'zed0 reports that it is a zedboard (xc7z020clg484-1)'),
      );
    });

    test('a package for a real board on an emulating server', async () => {
      expect((await deployPackages([half.package({ emulated: false })])).result).toMatchObject(
        refused('package/not-emulated', 'zed0 is an emulated board'),
      );
    });

    test('another board behind ssh than behind the address', async () => {
      expect((await deployPackages(small(), { sshConfig: mistaken.sshConfig })).result).toMatchObject(
        refused('deploy/not-taken', 'but its server still holds no deployment', 'the same board'),
      );
    });

    test('a login that prints into sftp', async () => {
      expect((await deployPackages(small(), { sshConfig: noisy.sshConfig })).result).toMatchObject(
        refused('ssh/noisy-login', 'zed0', '.bashrc'),
      );
    });

    test('an sshd without sftp', async () => {
      expect((await deployPackages(small(), { sshConfig: sftpless.sshConfig })).result).toMatchObject(
        refused('ssh/no-sftp', 'zed0', 'Subsystem sftp'),
      );
    });
  });

  test('long answers of a board are taken, and come whole', async () => {
    const shell = await openRemoteShell({ board: 'zed0', ssh: 'zed0', sshConfig: zed0.sshConfig });
    const { status, output } = await shell.run('head -c 20000000 /dev/zero | tr "\\0" x; exit 3', 60);
    expect({ status, length: output.length }).toEqual({ status: 3, length: 20_000_000 });
    expect(await shell.run('echo next', 5)).toEqual({ status: 0, output: 'next\n' });
    await shell.close();
  });

  test('pipeline.yaml says how a board is reached; a second run asks nobody', async () => {
    const project = join(folder, 'project');
    const found = big(1000);
    for (const [path, bytes] of Object.entries(gathered([found]))) {
      mkdirSync(dirname(join(project, path)), { recursive: true });
      writeFileSync(join(project, path), bytes);
    }
    mkdirSync(join(project, 'lab'));
    copyFileSync(join(folder, 'cluster.key'), join(project, 'lab/key'));
    copyFileSync(zed0.sshConfig, join(project, 'lab/ssh_config'));
    const { host, port } = zed0.address;
    writeFileSync(
      join(project, 'pipeline.yaml'),
      `version: 1
tools: {boards: {key: lab/key, ssh-config: lab/ssh_config}}
stages:
  made: {kind: shell, with: {command: cp -r in/files/packages/00 out/package, inputs: [packages], outputs: [package]}}
  deploy: {kind: deploy, foreach: cluster, needs: {packages: made}}
cluster: {zed0: {board: zedboard, address: ${host}, port: ${port}, ssh: zed0}}
`,
    );
    const first = await pipeline(project, 'run');
    expect(first.out).toMatch(
      /deploy\/zed0 .*EMULATED: zed0 holds deployment [0-9a-f]{12}, 1 of 1 packages sent, /,
    );
    expect(first.code).toBe(0);
    expect(onDisk()).toEqual([found.id]);
    zed0.line.reset();
    expect((await pipeline(project, 'run')).code).toBe(0);
    expect(zed0.line.sent()).toBe(0);
  });

  test('smoke runs over real and emulated boards together, and gives the real one back', async () => {
    const script = await bundleEmulatedBoard(folder);
    const [, , last] = await cutParts('MVAU_hls_0', 'MVAU_hls_2');
    const packages = [half.package(), packageOf(last!, { board: 'pynq-z1', part: 'xc7z020clg400-1' })];
    const boards = [boardOf(), { name: 'pynq0', type: 'pynq-z1', emulated: true }];
    const world = { ...worldOf(boards[0]!, zed0.sshConfig), boards, emulatedBoard: script };
    const receipts = await Promise.all(
      boards.map(async (board) => {
        const place = join(folder, `stage${stage++}`);
        const { out } = await runStage(deploy, place, gathered(packages), { world: { ...world, board } });
        return readFileSync(join(out, 'receipt/receipt.json'));
      }),
    );
    const host = {
      format: 1,
      before: [],
      after: [{ op: 'Reshape', shape: [1] }],
      input: { shape: [1, 1, 28, 28], datatype: 'UINT8' },
      output: { shape: [1], datatype: 'UINT8' },
    };
    const inputs = {
      'deployed/00/receipt.json': receipts[0]!,
      'deployed/01/receipt.json': receipts[1]!,
      'host/host.json': JSON.stringify(host),
      'inputs/images.npy': readFileSync('examples/tfc-w2a2/images.npy'),
    };
    const { result, out } = await runStage(smoke, join(folder, 'smoke'), inputs, {
      world,
      params: { count: 3 },
    });
    expect(result).toMatchObject({ ok: true, emulated: true, summary: 'EMULATED: 3 images, none judged' });
    expect(JSON.parse(readFileSync(join(out, 'report/smoke.json'), 'utf8'))).toMatchObject({
      assignment: ['zed0', 'pynq0'],
    });
    const connection = await connectBoard('zed0', zed0.address, key, 5);
    expect(await connection.status(5)).toMatchObject({ leasedSeconds: 0, loaded: packages[0]!.id });
    connection.close();
  });
}

function gathered(packages: readonly Package[]): { readonly [path: string]: Uint8Array } {
  return Object.fromEntries(
    packages.flatMap(({ descriptionBytes, payload }, position) => {
      const place = `packages/${String(position).padStart(2, '0')}`;
      const files = [...payload].map(([path, bytes]) => [`${place}/${path}`, bytes] as const);
      return [[`${place}/package.json`, descriptionBytes] as const, ...files];
    }),
  );
}

/** Command lines of ssh and sftp that name the folder, or run for a connection that does. */
function processesOf(folder: string): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return [readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')];
      } catch {
        return [];
      }
    })
    .filter(
      (line) => /^(\S*\/)?(ssh|sftp) /.test(line) && (line.includes(folder) || line.includes('boards-')),
    );
}

function privateFolders(): readonly string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith('boards-'));
}
