import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect } from 'vitest';
import type { BoardConnection } from '../../../../boards/client/connection.ts';
import { connectBoard } from '../../../../boards/client/connection.ts';
import { makeKey } from '../../../../boards/keys.ts';
import type { Package } from '../../../../boards/package/directory.ts';
import type { DeployedPackage } from '../../../../boards/protocol/messages.ts';
import { pack } from '../../../../finn/packing.ts';
import type { RunningBoard } from '../../../boards/conformance/rig.ts';
import { deployTo, temporaryDirectory } from '../../../boards/fixture.ts';
import type { ServerBuild, ServerSettings } from './server.ts';
import { buildForArm, buildNatively, startProgram, startServer } from './server.ts';
import { counterpart } from '../counterparts.ts';
import type { FabricNetwork } from './fake-fabric.ts';
import { layOutFabric } from './fake-fabric.ts';

/** 12 INT2 in rows of 3: a folded row takes one byte of which two bits are padding, so that both ends are packed anew. */
export const network: FabricNetwork = {
  input: { shape: [1, 4, 4, 12], datatype: 'INT2' },
  output: { shape: [1, 24], datatype: 'INT2' },
  foldedInput: [1, 4, 4, 4, 3],
  foldedOutput: [1, 8, 3],
};

export const seconds = 20;
export const key = makeKey();

/** `count` images of the network, and the bits of every element inverted. */
export function batch(count: number) {
  const images = Array.from({ length: count }, (_, image) => ({
    shape: network.input.shape,
    data: Int32Array.from({ length: 192 }, (_, at) => ((at * 5 + image) % 4) - 2),
  }));
  return {
    images: count,
    packed: Buffer.concat(images.map((image) => pack(image, 'INT2'))),
    results: images.map(({ data }) => Array.from(data.subarray(0, 24), (value) => ~value)),
  };
}

/** What a test has to do with; the fields that are not functions are new for every test. */
export interface FabricRig {
  readonly settings: ServerSettings;
  server: ServerBuild;
  /** Holds zed0/ and fabric/. */
  path: string;
  fabric: Awaited<ReturnType<typeof startProgram>>;
  board: RunningBoard;
  /** Owns the board. */
  zed0: BoardConnection;
  readonly inFabric: (...parts: readonly string[]) => string;
  readonly load: (place: DeployedPackage) => ReturnType<BoardConnection['load']>;
  readonly deploy: (...packages: readonly Package[]) => Promise<readonly DeployedPackage[]>;
}

/** Declares the tests for servers on fake logic: native ones with either back end, and one for ARM under qemu. */
export function onFabrics(tests: (rig: FabricRig) => void): void {
  counterpart('cmake', () => {
    describe.each(['sysfs', 'overlay'] as const)('through %s', (backEnd) => {
      const deadlines = { loadSeconds: 2, computeSeconds: 0.2 };
      tests(createRig(buildNatively, { backEnd, simulated: true, deadlines }));
    });
  });
  counterpart('arm', (qemu) => {
    const deadlines = { loadSeconds: 5, computeSeconds: 0.5 };
    tests(createRig(() => buildForArm(qemu), { backEnd: 'sysfs', simulated: true, deadlines }));
  });
}

function createRig(build: () => ServerBuild | Promise<ServerBuild>, settings: ServerSettings): FabricRig {
  const inFabric = (...parts: readonly string[]): string => join(rig.path, 'fabric', ...parts);
  const load = async (place: DeployedPackage) => {
    // The kernel takes its old word back before it applies an overlay; the fake that stands for it cannot know in time.
    if (settings.backEnd === 'overlay') await writeFile(inFabric('manager', 'state'), 'unknown\n');
    return rig.zed0.load(place, seconds);
  };
  const deploy = async (...packages: readonly Package[]) => {
    const names = packages.map(() => 'zed0');
    const { deployment } = await deployTo(join(rig.path, 'zed0'), packages, names, key);
    return packages.map((found, position) => ({ deployment, position, package: found.id }));
  };
  // The fields are there from the first `beforeEach` on.
  const rig: FabricRig = Object.assign({} as FabricRig, { settings, inFabric, load, deploy });
  let native: ServerBuild;
  let state: Awaited<ReturnType<typeof temporaryDirectory>>;

  beforeAll(async () => {
    // The fake shares memory with the server; as native code it does so with either.
    native = buildNatively();
    rig.server = await build();
  }, 600_000);
  beforeEach(async () => {
    state = await temporaryDirectory();
    rig.path = state.path;
    const paths = await layOutFabric(inFabric());
    rig.fabric = await startProgram(native, 'fake-accelerator', [inFabric()]);
    rig.board = await startServer(rig.server, join(rig.path, 'zed0'), 'zed0', key, { ...settings, paths });
    rig.zed0 = await connectBoard('zed0', rig.board.address, key, seconds);
    await rig.zed0.acquire(60, seconds);
  });
  afterEach(async () => {
    rig.zed0.close();
    await rig.board.stop();
    await rig.fabric.stop();
    await state.remove();
    expect(rig.fabric.lines.filter((line) => line.startsWith('violation'))).toEqual([]);
  });
  return rig;
}
