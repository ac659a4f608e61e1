import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type BoardConnection, connectBoard } from '../../../boards/client/connection.ts';
import { type EmulatedBoardProcess, launchEmulatedBoard } from '../../../boards/emulated/launch.ts';
import { storePackage } from '../../../boards/emulated/store.ts';
import type { Package } from '../../../boards/package/directory.ts';
import { createFrameReader, encodeFrame } from '../../../boards/protocol/frame.ts';
import { decodeReply } from '../../../boards/protocol/messages.ts';
import { pack } from '../../../finn/packing.ts';
import type { IntegerTensor } from '../../../finn/tensor.ts';
import {
  bundleEmulatedBoard,
  cutParts,
  deployTo,
  exampleImages,
  packageOf,
  type Part,
  refusal,
  temporaryDirectory,
} from '../fixture.ts';

const seconds = 20;
const zero = '0'.repeat(64);

let script: string;
let whole: Part;
let halves: readonly Part[];
let images: readonly IntegerTensor[];
let classes: readonly number[];
let state: Awaited<ReturnType<typeof temporaryDirectory>>;
let board: EmulatedBoardProcess;
let open: BoardConnection[];

beforeAll(async () => {
  const bundle = await temporaryDirectory();
  script = await bundleEmulatedBoard(bundle.path);
  [whole] = (await cutParts()) as [Part];
  halves = await cutParts('MVAU_hls_1');
  ({ images, classes } = await exampleImages(9));
  return bundle.remove;
});

beforeEach(async () => {
  state = await temporaryDirectory();
  open = [];
  board = await launchEmulatedBoard(
    { script, directory: state.path, name: 'zed0', type: 'zedboard' },
    seconds,
  );
  return async () => {
    for (const connection of open) connection.close();
    await board.stop();
    await state.remove();
  };
});

async function client(): Promise<BoardConnection> {
  const connection = await connectBoard('zed0', board.address, seconds);
  open.push(connection);
  return connection;
}

async function deployed(packages: readonly Package[], names = packages.map(() => 'zed0')) {
  const { deployment } = await deployTo(state.path, packages, names);
  return packages.map((found, position) => ({ deployment, position, package: found.id }));
}

describe('an emulated board', () => {
  test('computes what the graph computes, marks it as emulated and models the time', async () => {
    const [place] = await deployed([packageOf(whole)]);
    const zed0 = await client();
    expect(await zed0.load(place!, seconds)).toEqual({
      type: 'loaded',
      package: place!.package,
      emulated: true,
      input: whole.input,
      output: whole.output,
      cycles: whole.cycles,
      modelledSeconds: 0.2298,
    });
    const packed = Buffer.concat(images.slice(0, 4).map((one) => pack(one, 'UINT8')));
    expect(await zed0.infer({ ...place!, images: 4, packed }, seconds)).toEqual({
      type: 'inferred',
      images: 4,
      emulated: true,
      // 1010 cycles until the first image is through, 784 for each of the other three, at 100 MHz.
      modelledSeconds: (1010 + 3 * 784) / 100e6,
      packed: Buffer.from(classes.slice(0, 4)),
    });
  });

  test('tells everything about itself', async () => {
    const zed0 = await client();
    const status = {
      type: 'status',
      name: 'zed0',
      boardType: 'zedboard',
      part: 'xc7z020clg484-1',
      emulated: true,
      deployment: '',
      loaded: '',
      packages: [],
      counts: { loads: 0, batches: 0, images: 0, refused: 0 },
    };
    expect(await zed0.status(seconds)).toEqual(status);
    const [place] = await deployed([packageOf(whole)]);
    await zed0.load(place!, seconds);
    await zed0.infer({ ...place!, images: 1, packed: pack(images[0]!, 'UINT8') }, seconds);
    await expect(zed0.load({ ...place!, package: zero }, seconds)).rejects.toThrow();
    expect(await zed0.status(seconds)).toEqual({
      ...status,
      deployment: place!.deployment,
      loaded: place!.package,
      packages: [place!.package],
      counts: { loads: 1, batches: 1, images: 1, refused: 1 },
    });
  });

  test('ends when whoever started it is killed', async () => {
    const parent = spawn(
      process.execPath,
      [
        '-e',
        `require('node:child_process').spawn(process.execPath, process.argv.slice(1), { stdio: ['pipe', 'inherit', 'inherit'] })`,
        ...[script, '--directory', state.path, '--name', 'zed1', '--type', 'zedboard'],
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const socket = connect((JSON.parse(line.toString()) as { port: number }).port, '127.0.0.1');
    await once(socket, 'connect');
    socket.resume();
    const closed = once(socket, 'close');
    parent.kill('SIGKILL');
    await closed;
  });
});

describe('refused is', () => {
  test('a board without deployment', async () => {
    const zed0 = await client();
    await expect(zed0.load({ deployment: zero, position: 0, package: zero }, seconds)).rejects.toThrow(
      refusal('board/no-deployment', 'zed0 holds no deployment'),
    );
  });

  test('a mixed deployment: another id, another package, another position, another board', async () => {
    const [first, second] = await deployed(
      halves.map((half) => packageOf(half)),
      ['zed0', 'zed1'],
    );
    const zed0 = await client();
    const wrong = [
      { ...first!, deployment: zero },
      { ...first!, package: second!.package },
      { ...first!, position: 1 },
      { ...first!, position: 7 },
      second!,
    ];
    for (const place of wrong) {
      await expect(zed0.load(place, seconds)).rejects.toThrow(
        refusal('board/deployment-mismatch', 'zed0 holds deployment'),
      );
    }
  });

  test('a batch for a deployment that was replaced after loading', async () => {
    const [place] = await deployed([packageOf(whole)]);
    const zed0 = await client();
    await zed0.load(place!, seconds);
    await deployed([packageOf(whole, { clockMHz: 50 })]);
    const batch = { ...place!, images: 1, packed: pack(images[0]!, 'UINT8') };
    await expect(zed0.infer(batch, seconds)).rejects.toThrow(
      refusal('board/deployment-mismatch', 'zed0 holds deployment'),
    );
  });

  test.each([
    [
      'another board type',
      { board: 'pynq-z1', part: 'xc7z020clg400-1' },
      'package/other-board',
      'zed0 is a zedboard',
    ],
    [
      'another part',
      { part: 'xc7z020clg400-1' },
      'package/other-board',
      'built for zedboard (xc7z020clg400-1)',
    ],
    ['a real board', { emulated: false }, 'package/not-emulated', 'zed0 is an emulated board'],
  ])('a package for %s', async (_what, change, code, message) => {
    const [place] = await deployed([packageOf(whole, change)]);
    await expect((await client()).load(place!, seconds)).rejects.toThrow(refusal(code, message));
  });

  test('a package that is not there', async () => {
    const [place] = await deployed([packageOf(whole)]);
    await rm(join(state.path, 'packages'), { recursive: true });
    await expect((await client()).load(place!, seconds)).rejects.toThrow(
      refusal('board/unknown-package', `zed0 does not hold package ${place!.package.slice(0, 12)}`),
    );
  });

  test.each(['model.onnx', 'package.json'])(
    'a package whose %s was damaged; storing it again repairs it',
    async (path) => {
      const found = packageOf(whole);
      const [place] = await deployed([found]);
      const [kept] = await readdir(join(state.path, 'packages'));
      await writeFile(join(state.path, 'packages', kept!, path), 'x');
      const zed0 = await client();
      await expect(zed0.load(place!, seconds)).rejects.toThrow(
        refusal('package/damaged', `${path} does not have`),
      );
      expect(await storePackage(state.path, 'zed0', found)).toBe(true);
      expect((await zed0.load(place!, seconds)).package).toBe(found.id);
      expect(await storePackage(state.path, 'zed0', found)).toBe(false);
    },
  );

  test('a package without model, and one whose model is none', async () => {
    const [empty] = await deployed([packageOf(whole, {}, new Map())]);
    const zed0 = await client();
    await expect(zed0.load(empty!, seconds)).rejects.toThrow(
      refusal('package/missing-file', 'no model.onnx'),
    );
    const [nonsense] = await deployed([
      packageOf(whole, {}, new Map([['model.onnx', Buffer.from('nonsense')]])),
    ]);
    await expect(zed0.load(nonsense!, seconds)).rejects.toThrow(refusal('onnx/corrupt', 'zed0: '));
  });

  test('a batch before anything is loaded, and for a package that another client unloaded', async () => {
    const [first, second] = await deployed(halves.map((half) => packageOf(half)));
    const [mine, other] = [await client(), await client()];
    const batch = { ...first!, images: 1, packed: pack(images[0]!, 'UINT8') };
    await expect(mine.infer(batch, seconds)).rejects.toThrow(
      refusal('board/not-loaded', 'zed0 has nothing loaded'),
    );
    await mine.load(first!, seconds);
    await mine.infer(batch, seconds);
    await other.load(second!, seconds);
    await expect(mine.infer(batch, seconds)).rejects.toThrow(
      refusal('board/not-loaded', `zed0 has package ${second!.package.slice(0, 12)} loaded`),
    );
  });

  test('a batch of another length and one of no images', async () => {
    const [, second] = await deployed(halves.map((half) => packageOf(half)));
    const zed0 = await client();
    await zed0.load(second!, seconds);
    const message = 'zed0 expects 32 bytes for 2 images of INT2 [1, 64], but got 31';
    const short = { ...second!, images: 2, packed: new Uint8Array(31) };
    await expect(zed0.infer(short, seconds)).rejects.toThrow(refusal('board/wrong-batch', message));
    const none = { ...second!, images: 0, packed: new Uint8Array() };
    await expect(zed0.infer(none, seconds)).rejects.toThrow(refusal('board/wrong-batch', 'for 0 images'));
  });
});

describe('several clients', () => {
  test('get their own answers', async () => {
    const [place] = await deployed([packageOf(whole)]);
    const clients = await Promise.all([client(), client(), client()]);
    await clients[0]!.load(place!, seconds);
    const asked = images.map((one, index) => ({ zed0: clients[index % 3]!, one }));
    const answers = await Promise.all(
      asked.map(({ zed0, one }) => zed0.infer({ ...place!, images: 1, packed: pack(one, 'UINT8') }, seconds)),
    );
    expect(answers.map(({ packed }) => packed[0])).toEqual(classes);
  });

  test('are told clearly when the board is killed while it computes', async () => {
    const [place] = await deployed([packageOf(whole)]);
    const [mine, other] = [await client(), await client()];
    await mine.load(place!, seconds);
    const batch = mine.infer({ ...place!, images: 20_000, packed: new Uint8Array(20_000 * 784) }, seconds);
    const told = expect(batch).rejects.toThrow(
      refusal('board/closed', 'the connection to zed0 ended before it answered INFER'),
    );
    // Another client is answered meanwhile.
    expect((await other.status(seconds)).counts.batches).toBe(0);
    process.kill(board.pid, 'SIGKILL');
    await told;
    await expect(mine.status(seconds)).rejects.toThrow(refusal('board/closed', 'zed0'));
    await board.stop();
    await expect(client()).rejects.toThrow(
      refusal('board/unreachable', 'zed0 cannot be reached at 127.0.0.1:'),
    );
  });
});

describe('what is not the protocol', () => {
  const status = Buffer.from(encodeFrame({ type: 3, request: 1, head: '{}', tail: new Uint8Array() }));

  /** Sends bytes and gives the answers until the board closes the connection or `count` are there. */
  async function answersTo(bytes: Uint8Array, count: number) {
    const socket = connect(board.address.port, board.address.host);
    socket.write(bytes);
    const reader = createFrameReader();
    const answers = [];
    for await (const chunk of socket) {
      answers.push(
        ...reader
          .read(chunk as Buffer)
          .frames.map((frame) => ({ request: frame.request, reply: decodeReply(frame) })),
      );
      if (answers.length >= count) break;
    }
    return answers;
  }

  const damagedAt = (offset: number, value: number): Buffer => {
    const bytes = Buffer.from(status);
    bytes.writeUInt32LE(value, offset);
    return bytes;
  };

  test.each([
    ['another protocol', Buffer.from('GET / HTTP/1.1\r\n\r\n'), 'protocol/magic'],
    ['another version', damagedAt(4, (3 << 16) | 9), 'protocol/version'],
    ['an oversize frame', damagedAt(16, 0xffffffff), 'protocol/oversize'],
    ['a wrong checksum', damagedAt(20, 0), 'protocol/checksum'],
  ])('%s is answered with an error, and the connection ends', async (_what, bytes, code) => {
    const answers = await answersTo(bytes, Infinity);
    expect(answers).toMatchObject([{ request: 0, reply: { type: 'error', code } }]);
    expect((await (await client()).status(seconds)).counts.refused).toBe(1);
  });

  test('a request of unknown type is answered, and the connection goes on', async () => {
    const unknown = encodeFrame({ type: 77, request: 5, head: '{}', tail: new Uint8Array() });
    const answers = await answersTo(Buffer.concat([unknown, status]), 2);
    expect(answers).toMatchObject([
      { request: 5, reply: { type: 'error', code: 'protocol/unknown-type' } },
      { request: 1, reply: { type: 'status', name: 'zed0' } },
    ]);
  });

  test('half a frame and then nothing leaves the board serving others', async () => {
    const socket = connect(board.address.port, board.address.host);
    await once(socket, 'connect');
    socket.end(status.subarray(0, 30 - 8));
    expect((await (await client()).status(seconds)).name).toBe('zed0');
  });
});

describe('starting', () => {
  test.each([
    ['an unknown board type', { type: 'zedbord' }, 'there is no board type "zedbord"'],
    ['no program', { script: '/nonexistent/emulated-board.js' }, '/nonexistent/emulated-board.js'],
  ])('with %s is refused with what was printed', async (_what, change, message) => {
    const start = { script, directory: state.path, name: 'zed9', type: 'zedboard', ...change };
    await expect(launchEmulatedBoard(start, seconds)).rejects.toThrow(refusal('board/not-started', message));
  });
});
