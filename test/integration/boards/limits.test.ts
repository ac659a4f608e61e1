import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { chmod, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { connectBoard } from '../../../boards/client/connection.ts';
import { dialBoard } from '../../../boards/client/dial.ts';
import { launchEmulatedBoard } from '../../../boards/emulated/launch.ts';
import { makeKey } from '../../../boards/keys.ts';
import { decodeReply } from '../../../boards/protocol/codec.ts';
import { createFrameReader, encodeFrame } from '../../../boards/protocol/frame.ts';
import type { RunningBoard } from '../../boards/conformance/rig.ts';
import type { Part } from '../../boards/fixture.ts';
import {
  bundleEmulatedBoard,
  cutParts,
  deployTo,
  packageOf,
  refusal,
  temporaryDirectory,
} from '../../boards/fixture.ts';
import type { ServerBuild } from '../rig/boards/server.ts';
import { buildNatively, startServer, writeServerConfig, xorSample } from '../rig/boards/server.ts';
import { counterpart } from '../rig/counterparts.ts';

const seconds = 20;
const key = makeKey();
const middle = { shape: [1, 64], datatype: 'INT2' };

counterpart('cmake', () => {
  let build: ServerBuild;
  let state: Awaited<ReturnType<typeof temporaryDirectory>>;
  let boards: RunningBoard[];

  beforeAll(() => {
    build = buildNatively();
  }, 600_000);
  beforeEach(async () => {
    state = await temporaryDirectory();
    boards = [];
    return async () => {
      for (const board of boards) await board.stop();
      await state.remove();
    };
  });
  const directory = (): string => join(state.path, 'zed0');
  const start = async (settings: object) => {
    const board = await startServer(build, directory(), 'zed0', key, { backEnd: 'emulated', ...settings });
    boards.push(board);
    return board;
  };

  describe('the server does not start', () => {
    const run = async (change: (config: string, keyFile: string) => Promise<unknown>) => {
      const config = await writeServerConfig(directory(), 'zed0', key, { backEnd: 'emulated' });
      await change(config, join(state.path, 'zed0.key'));
      const program = join(build.folder, 'pipeline-board');
      const failed = promisify(execFile)(program, ['--config', config]).catch((error: unknown) => error);
      return ((await failed) as { readonly stderr: string }).stderr;
    };
    const change = (fields: object) => async (file: string) =>
      writeFile(file, JSON.stringify({ ...(JSON.parse(await readFile(file, 'utf8')) as object), ...fields }));
    test.each([
      ['a key that others can read', (_: string, file: string) => chmod(file, 0o640), 'auth/key-file: '],
      ['no key', (_: string, file: string) => rm(file), 'auth/key-file: the key file '],
      ['half a key', (_: string, file: string) => writeFile(file, 'abcd\n'), 'is not 64 hexadecimal digits'],
      ['no configuration', (file: string) => rm(file), 'server/config: there is no configuration'],
      [
        'a configuration that is not JSON',
        (file: string) => writeFile(file, 'name: zed0'),
        'zed0.config is not JSON',
      ],
      ['a configuration without name', (file: string) => writeFile(file, '{}'), '"name" is not a text'],
      ['an unknown back end', change({ backEnd: 'jtag' }), 'server/config: there is no back end "jtag"'],
      ['something else than true or false', change({ simulated: 'yes' }), '"simulated" is not true or false'],
      ['paths that are none', change({ paths: [] }), '"paths" is not a JSON object'],
      ['a path that is no text', change({ paths: { memory: 7 } }), '"memory" is not a text'],
      [
        'a deadline below 0',
        change({ deadlines: { loadSeconds: -1 } }),
        '"loadSeconds" is not a number of at',
      ],
      ['half a connection', change({ limits: { connections: 0.5 } }), '"connections" is not a whole number'],
      ['an impossible port', change({ listen: { port: 65536 } }), 'there is no port 65536'],
      [
        'a name to listen at',
        change({ listen: { host: 'localhost' } }),
        'localhost:7411: not a numeric address',
      ],
    ])('with %s', async (_what, change, message) => {
      expect(await run(change)).toContain(message);
    });

    test('on a port that is in use', async () => {
      const { address } = await start({});
      const { host, port } = address;
      expect(await run(change({ listen: address }))).toBe(
        `pipeline-board: server/listen: cannot listen at ${host}:${port}: Address already in use\n`,
      );
    });
  });

  test('a client that does not authenticate, or stops in the middle of a frame, gets an error and is disconnected', async () => {
    const { address } = await start({ deadlines: { greetingSeconds: 0.3, stallSeconds: 0.3 } });
    const silent = connect(address.port, address.host);
    const [told] = (await once(silent, 'data')) as [Buffer];
    expect(decodeReply(createFrameReader().read(told).frames[0]!)).toMatchObject({
      code: 'auth/required',
      message: 'no proof of the key came within 0.3 s',
    });
    const { socket, reader, session } = await dialBoard('zed0', address, key, seconds);
    const frame = encodeFrame({ type: 3, request: 1, head: '{}', tail: new Uint8Array() }, session.seal);
    socket.write(frame.subarray(0, 25));
    const [stalled] = (await once(socket, 'data')) as [Buffer];
    expect(reader.read(stalled).frames.map(decodeReply)).toMatchObject([
      { code: 'protocol/stalled', message: 'the rest of a frame did not come within 0.3 s' },
    ]);
    await once(socket.resume(), 'close');
  });

  test('a frame for which there is no memory ends its connection and no other', async () => {
    const { address } = await start({ limits: { memoryBytes: 100_000 }, deadlines: { stallSeconds: 0.3 } });
    const zed0 = await connectBoard('zed0', address, key, seconds);
    const other = await connectBoard('zed0', address, key, seconds);
    await zed0.acquire(30, seconds);
    const place = { deployment: '', position: 0, package: '' };
    const large = zed0.infer({ ...place, images: 1, packed: new Uint8Array(200_000) }, seconds);
    await expect(large).rejects.toThrow(refusal('board/no-memory', 'zed0 has no memory for a frame of'));
    expect((await other.status(seconds)).name).toBe('zed0');
    other.close();
  });

  test('requests above the rate limit are answered later, not refused', async () => {
    const { address } = await start({ limits: { framesPerSecond: 20 } });
    const zed0 = await connectBoard('zed0', address, key, seconds);
    const began = performance.now();
    for (let asked = 0; asked < 45; asked++) await zed0.status(seconds);
    expect(performance.now() - began).toBeGreaterThan(1900);
    zed0.close();
  });

  test('a batch of a deployment that was replaced together with its folder is refused', async () => {
    const { address } = await start({});
    const image = { shape: [1, 8], datatype: 'UINT8' };
    const [sample, other] = [xorSample(0x5a, image, image), xorSample(0x5b, image, image)];
    const found = sample.package();
    const { deployment } = await deployTo(directory(), [found], ['zed0'], key);
    const zed0 = await connectBoard('zed0', address, key, seconds);
    await zed0.acquire(30, seconds);
    const place = { deployment, position: 0, package: found.id };
    await zed0.load(place, seconds);
    const { packed } = sample.images(1);
    expect((await zed0.infer({ ...place, images: 1, packed }, seconds)).images).toBe(1);
    await rename(directory(), `${directory()}-old`);
    await deployTo(directory(), [other.package()], ['zed0'], key);
    await expect(zed0.infer({ ...place, images: 1, packed }, seconds)).rejects.toThrow(
      refusal('board/deployment-mismatch', 'zed0 holds deployment'),
    );
    zed0.close();
  });

  test('it forwards to an emulated board in Node', async () => {
    const bundle = await temporaryDirectory();
    const script = await bundleEmulatedBoard(bundle.path);
    const zed1 = await launchEmulatedBoard(
      { script, directory: join(state.path, 'zed1'), name: 'zed1', type: 'zedboard', key },
      seconds,
    );
    boards.push(zed1, { ...zed1, stop: bundle.remove });
    const zed0 = await start({});
    const [, half] = (await cutParts('MVAU_hls_1')) as [Part, Part];
    const sample = xorSample(0x5a, { shape: [1, 28, 28, 1], datatype: 'UINT8' }, middle);
    const packages = [sample.package(), packageOf(half)];
    const { deployment } = await deployTo(directory(), packages, ['zed0', 'zed1'], key);
    await deployTo(join(state.path, 'zed1'), packages, ['zed0', 'zed1'], key);
    const place = (position: number) => ({ deployment, position, package: packages[position]!.id });
    const first = await connectBoard('zed0', zed0.address, key, seconds);
    const second = await connectBoard('zed1', zed1.address, key, seconds);
    await first.acquire(30, seconds);
    const lease = await second.acquire(30, seconds);
    await first.load(place(0), seconds);
    await second.load(place(1), seconds);
    const { packed, results } = sample.images(3);
    const hop = { name: 'zed1', ...zed1.address, lease, position: 1, package: packages[1]!.id };
    const forwarded = await first.forward({ ...place(0), images: 3, packed, route: [hop] }, seconds);
    const straight = await second.infer({ ...place(1), images: 3, packed: results }, seconds);
    expect(forwarded.packed).toEqual(straight.packed);
    expect(forwarded.work[1]?.modelledSeconds).toBe(straight.modelledSeconds);
    first.close();
    second.close();
  });
});
