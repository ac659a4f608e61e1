import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile, readdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { connectBoard } from '../../../boards/client/connection.ts';
import { launchEmulatedBoard } from '../../../boards/emulated/launch.ts';
import { storePackage } from '../../../boards/emulated/store.ts';
import { encodeKey, makeKey } from '../../../boards/keys.ts';
import { pack } from '../../../finn/packing.ts';
import type { Part } from '../fixture.ts';
import {
  bundleEmulatedBoard,
  cutParts,
  deployTo,
  exampleImages,
  packageOf,
  refusal,
  temporaryDirectory,
} from '../fixture.ts';

const seconds = 20;
const key = makeKey();

let script: string;
let state: Awaited<ReturnType<typeof temporaryDirectory>>;

beforeAll(async () => {
  const bundle = await temporaryDirectory();
  script = await bundleEmulatedBoard(bundle.path);
  return bundle.remove;
});

beforeEach(async () => {
  state = await temporaryDirectory();
  return state.remove;
});

test('an emulated board computes what the graph computes and models the time', async () => {
  const [whole] = (await cutParts()) as [Part];
  const found = packageOf(whole);
  const { deployment } = await deployTo(state.path, [found], ['zed0'], key);
  const place = { deployment, position: 0, package: found.id };
  const start = { script, directory: state.path, name: 'zed0', type: 'zedboard', key };
  const board = await launchEmulatedBoard(start, seconds);
  try {
    const zed0 = await connectBoard('zed0', board.address, key, seconds);
    await zed0.acquire(30, seconds);
    await zed0.load(place, seconds);
    const { images, classes } = await exampleImages(4);
    const packed = Buffer.concat(images.map((one) => pack(one, 'UINT8')));
    expect(await zed0.infer({ ...place, images: 4, packed }, seconds)).toMatchObject({
      emulated: true,
      // 1035 cycles until the first image is through, 784 for each of the other three, at 100 MHz.
      modelledSeconds: (1035 + 3 * 784) / 100e6,
      packed: Buffer.from(classes),
    });
    zed0.close();
  } finally {
    await board.stop();
  }
});

test('storing a package again repairs a damaged one and sends an intact one only once', async () => {
  const [whole] = (await cutParts()) as [Part];
  const found = packageOf(whole);
  expect(await storePackage(state.path, 'zed0', found)).toBe(true);
  expect(await storePackage(state.path, 'zed0', found)).toBe(false);
  const [kept] = await readdir(join(state.path, 'packages'));
  await writeFile(join(state.path, 'packages', kept!, 'model.onnx'), 'x');
  expect(await storePackage(state.path, 'zed0', found)).toBe(true);
});

test('an emulated board ends when the process that started it is killed', async () => {
  const parent = spawn(
    process.execPath,
    [
      '-e',
      `const board = require('node:child_process').spawn(process.execPath, process.argv.slice(1), { stdio: ['pipe', 'inherit', 'inherit'] });
       board.stdin.write(process.env.KEY + '\\n')`,
      ...[script, '--directory', state.path, '--name', 'zed1', '--type', 'zedboard'],
    ],
    { stdio: ['ignore', 'pipe', 'inherit'], env: { KEY: encodeKey(key) } },
  );
  const [line] = (await once(parent.stdout, 'data')) as [Buffer];
  const socket = connect((JSON.parse(line.toString()) as { port: number }).port, '127.0.0.1');
  await once(socket, 'connect');
  socket.resume().on('error', () => undefined);
  // By a reset if the board had not yet accepted the connection.
  const closed = new Promise((resolve) => socket.once('close', resolve));
  parent.kill('SIGKILL');
  await closed;
});

describe('starting', () => {
  test.each([
    ['an unknown board type', { type: 'zedbord' }, 'there is no board type "zedbord"'],
    ['no program', { script: '/nonexistent/emulated-board.js' }, '/nonexistent/emulated-board.js'],
    ['half a key', { key: key.subarray(16) }, 'the key on standard input is not 64 hexadecimal digits'],
  ])('with %s is refused with its output', async (_what, change, message) => {
    const start = { script, directory: state.path, name: 'zed9', type: 'zedboard', key, ...change };
    await expect(launchEmulatedBoard(start, seconds)).rejects.toThrow(refusal('board/not-started', message));
  });
});
