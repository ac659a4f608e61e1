import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type BoardConnection, connectBoard } from '../../boards/client/connection.ts';
import { makeKey } from '../../boards/keys.ts';
import type { Package } from '../../boards/package/directory.ts';
import type { Place } from '../../boards/protocol/messages.ts';
import { pack, unpack } from '../../finn/packing.ts';
import type { RunningBoard } from '../boards/conformance/rig.ts';
import { deployTo, packageOf, refusal, temporaryDirectory, cutParts, type Part } from '../boards/fixture.ts';
import {
  buildForArm,
  buildNatively,
  type ServerBuild,
  type ServerSettings,
  startProgram,
  startServer,
} from './board_server.ts';
import { counterpart } from './counterparts.ts';
import { fabricPackage, type FabricNetwork, layOutFabric } from './fake_fabric.ts';

// 12 INT2 in rows of 3: a folded row takes one byte of which two bits are padding, so that both ends are packed anew.
const network: FabricNetwork = {
  input: { shape: [1, 4, 4, 12], datatype: 'INT2' },
  output: { shape: [1, 24], datatype: 'INT2' },
  foldedInput: [1, 4, 4, 4, 3],
  foldedOutput: [1, 8, 3],
};

const seconds = 20;
const key = makeKey();

counterpart('cmake', () => {
  const settings = (backEnd: 'sysfs' | 'overlay') => ({
    backEnd,
    deadlines: { loadSeconds: 2, computeSeconds: 0.2 },
  });
  describe.each(['sysfs', 'overlay'] as const)('through %s', (backEnd) => {
    fabricTests(buildNatively, settings(backEnd));
  });
});
counterpart('arm', (qemu) => {
  fabricTests(() => buildForArm(qemu), {
    backEnd: 'sysfs',
    deadlines: { loadSeconds: 5, computeSeconds: 0.5 },
  });
});

function fabricTests(build: () => ServerBuild, settings: ServerSettings): void {
  let native: ServerBuild;
  let server: ServerBuild;
  let state: Awaited<ReturnType<typeof temporaryDirectory>>;
  let fabric: Awaited<ReturnType<typeof startProgram>>;
  let board: RunningBoard;
  let zed0: BoardConnection;

  beforeAll(() => {
    // The fake shares memory with the server; as native code it does so with either.
    native = buildNatively();
    server = build();
  }, 600_000);
  beforeEach(async () => {
    state = await temporaryDirectory();
    const paths = await layOutFabric(join(state.path, 'fabric'));
    fabric = await startProgram(native, 'fake_accelerator', [join(state.path, 'fabric')]);
    board = await startServer(server, join(state.path, 'zed0'), 'zed0', key, { ...settings, paths });
    zed0 = await connectBoard('zed0', board.address, key, seconds);
    await zed0.acquire(60, seconds);
  });
  afterEach(async () => {
    zed0.close();
    await board.stop();
    await fabric.stop();
    await state.remove();
    expect(fabric.lines.filter((line) => line.startsWith('violation'))).toEqual([]);
  });

  /** The kernel takes its old word back while it loads; the fake that stands for it is not that fast. */
  const load = async (place: Place) => {
    await writeFile(join(state.path, 'fabric', 'manager', 'state'), 'unknown\n');
    return zed0.load(place, seconds);
  };
  const deploy = async (...packages: readonly Package[]) => {
    const names = packages.map(() => 'zed0');
    const { deployment } = await deployTo(join(state.path, 'zed0'), packages, names, key);
    return packages.map((found, position) => ({ deployment, position, package: found.id }));
  };
  /** `count` images, and the bits of every element inverted. */
  const batch = (count: number) => {
    const images = Array.from({ length: count }, (_, image) => ({
      shape: network.input.shape,
      data: Int32Array.from({ length: 192 }, (_, at) => ((at * 5 + image) % 4) - 2),
    }));
    return {
      images: count,
      packed: Buffer.concat(images.map((image) => pack(image, 'INT2'))),
      results: images.map(({ data }) => Array.from(data.subarray(0, 24), (value) => ~value)),
    };
  };

  test('a package is loaded and computes, in pieces where the buffer is small', async () => {
    const [place] = await deploy(fabricPackage(network, 'works'));
    expect(await load(place!)).toMatchObject({ emulated: false, modelledSeconds: 0 });
    expect(await zed0.status(seconds)).toMatchObject({ emulated: false, loaded: place!.package, fault: '' });
    for (const count of [1, 5, 2000]) {
      const { images, packed, results } = batch(count);
      const answer = await zed0.infer({ ...place!, images, packed }, seconds);
      expect(answer).toMatchObject({ emulated: false, modelledSeconds: 0 });
      const got = Array.from({ length: count }, (_, image) =>
        Array.from(unpack(answer.packed.subarray(image * 6, image * 6 + 6), [1, 24], 'INT2').data),
      );
      expect(got).toEqual(results);
    }
    const computed = fabric.lines.filter((line) => line.startsWith('computed'));
    // Of the buffer, 64 KiB without a page, an image takes 64 bytes and its result 8.
    const counts = computed.map((line) => Number(line.split(' ')[1]));
    expect(counts).toEqual([1, 5, 853, 853, 294]);
    // 1000 MHz of the PLL divided by 10, in either divisor; then the registers are locked again.
    expect(computed[0]).toMatch(/clock 0x00(100a00|a00100|200500|500200) lock 0x767b$/);
    expect(await readdir(join(state.path, 'fabric', 'firmware-folder'))).toEqual([`${place!.package}.bin`]);
  });

  test('another package takes the place of the first', async () => {
    const places = await deploy(
      fabricPackage(network, 'works'),
      fabricPackage(network, 'works', { clockMHz: 50 }),
    );
    for (const place of places) {
      await load(place);
      const { images, packed } = batch(2);
      await zed0.infer({ ...place, images, packed }, seconds);
    }
    const clocks = fabric.lines
      .filter((line) => line.startsWith('computed'))
      .map((line) => line.split(' ')[3]);
    const divided = clocks.map((clock) => ((Number(clock) >> 8) & 63) * ((Number(clock) >> 20) & 63));
    expect(divided).toEqual([10, 20]);
  });

  test.each([
    ['stalls', 'idma0 has control 0x06 (ended), odma0 has control 0x01 (at work); it took all input'],
    [
      'starves',
      'idma0 has control 0x00 (at work), odma0 has control 0x01 (at work); it did not take all input',
    ],
  ])('an accelerator that %s is a fault until the next load', async (mode, diagnosis) => {
    const [place, good] = await deploy(fabricPackage(network, mode), fabricPackage(network, 'works'));
    await load(place!);
    const { images, packed } = batch(3);
    const stalled = zed0.infer({ ...place!, images, packed }, seconds);
    await expect(stalled).rejects.toThrow(refusal('board/stalled', diagnosis));
    const status = await zed0.status(seconds);
    expect(status).toMatchObject({ loaded: '', fault: expect.stringContaining(diagnosis) as string });
    await expect(zed0.infer({ ...place!, images, packed }, seconds)).rejects.toThrow(
      refusal('board/fault', 'takes no batch since this happened'),
    );
    expect((await zed0.metrics(seconds)).figures).toMatchObject({ faults: 1, batches: 0 });
    await load(good!);
    expect((await zed0.infer({ ...good!, images, packed }, seconds)).images).toBe(3);
    expect((await zed0.status(seconds)).fault).toBe('');
  });

  test.each([
    [
      'logic that does not start',
      'dead',
      {},
      'board/load-failed',
      'the FPGA manager says: write complete error',
    ],
    [
      'an engine that is not idle',
      'busy',
      {},
      'board/no-accelerator',
      'idma0 on zed0 is not idle after the load',
    ],
    ['a clock that cannot be made', 'works', { clockMHz: 1500 }, 'board/clock', 'cannot make 1500'],
    [
      'an engine outside of the logic',
      'works',
      {
        accelerator: {
          inputs: [{ name: 'idma0', address: 0xf8000000 }],
          outputs: [{ name: 'odma0', address: 0x40010000 }],
        },
      },
      'package/bad-accelerator',
      'is not in the programmable logic',
    ],
  ])('%s is a fault', async (_what, mode, change, code, message) => {
    const [place] = await deploy(fabricPackage(network, mode, change));
    await expect(load(place!)).rejects.toThrow(refusal(code, message));
    expect((await zed0.status(seconds)).fault).toContain(message);
    const { images, packed } = batch(1);
    await expect(zed0.infer({ ...place!, images, packed }, seconds)).rejects.toThrow(
      refusal('board/fault', 'zed0'),
    );
  });

  test('what cannot be a bitstream, and what the emulated back end made, is refused and touches nothing', async () => {
    const [part] = (await cutParts()) as [Part];
    const good = fabricPackage(network, 'works');
    const [place, noSync, odd, emulated] = await deploy(
      good,
      fabricPackage(network, 'works', { bitstream: Buffer.alloc(64, 0xff) }),
      fabricPackage(network, 'works', { bitstream: Buffer.of(0x66, 0x55, 0x99, 0xaa, 0) }),
      packageOf(part),
    );
    await load(place!);
    for (const bad of [noSync, odd]) {
      await expect(load(bad!)).rejects.toThrow(refusal('package/bad-bitstream', 'zed0'));
    }
    await expect(load(emulated!)).rejects.toThrow(refusal('package/emulated', 'zed0 is a real board'));
    expect(await zed0.status(seconds)).toMatchObject({ loaded: place!.package, fault: '' });
  });

  test('a kernel that never answers is a fault at the deadline', async () => {
    await fabric.stop();
    const [place] = await deploy(fabricPackage(network, 'works'));
    await expect(load(place!)).rejects.toThrow(refusal('board/load-failed', 'it did not operate within'));
    await rm(join(state.path, 'fabric', 'firmware-folder'), { recursive: true });
    const [other] = await deploy(fabricPackage(network, 'works', { clockMHz: 50 }));
    await expect(load(other!)).rejects.toThrow(refusal('board/load-failed', 'cannot be written to'));
  });

  test('a buffer that is too small, and none, are faults', async () => {
    const [place] = await deploy(fabricPackage(network, 'works'));
    await writeFile(join(state.path, 'fabric', 'buffer', 'size'), '4100\n');
    await expect(load(place!)).rejects.toThrow(refusal('board/no-buffer', 'does not hold one image'));
    await writeFile(join(state.path, 'fabric', 'buffer', 'phys_addr'), '');
    await expect(load(place!)).rejects.toThrow(refusal('board/no-buffer', 'phys_addr holds no number'));
  });

  if (settings.backEnd === 'overlay') {
    test('the overlay names the bitstream and the region', async () => {
      await fabric.stop();
      const [place] = await deploy(fabricPackage(network, 'works'));
      await expect(load(place!)).rejects.toThrow();
      const blob = await readFile(join(state.path, 'fabric', 'overlays', 'pipeline-board', 'dtbo'));
      expect(blob.readUInt32BE(0)).toBe(0xd00dfeed);
      expect(blob.readUInt32BE(4)).toBe(blob.length);
      for (const text of [
        'target-path',
        '/fpga-full',
        '__overlay__',
        'firmware-name',
        `${place!.package}.bin`,
      ]) {
        expect(blob.includes(`${text}\0`)).toBe(true);
      }
    });
  }
}
