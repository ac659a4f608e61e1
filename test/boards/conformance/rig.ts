import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { beforeAll, beforeEach } from 'vitest';
import type { Address, BoardConnection } from '../../../boards/client/connection.ts';
import { connectBoard } from '../../../boards/client/connection.ts';
import type { ClusterKey } from '../../../boards/keys.ts';
import { makeKey } from '../../../boards/keys.ts';
import type { Package } from '../../../boards/package/directory.ts';
import type { PackageDescription } from '../../../boards/package/format.ts';
import type { Batch, DeployedPackage } from '../../../boards/protocol/messages.ts';
import { deployTo, temporaryDirectory } from '../fixture.ts';

/** A board's program while it runs. */
export interface RunningBoard {
  readonly address: Address;
  readonly pid: number;
  readonly stop: () => Promise<void>;
}

/** A package and its computation. */
export interface Sample {
  readonly package: (
    change?: Partial<PackageDescription>,
    payload?: ReadonlyMap<string, Uint8Array>,
  ) => Package;
  /** `count` packed images and the expected results. */
  readonly images: (count: number) => { readonly packed: Uint8Array; readonly results: Uint8Array };
  /** What the server's model of time says of a batch. */
  readonly modelledSeconds: (images: number) => number;
}

/** A program that claims to speak the protocol; it serves an emulated Zedboard with its state in `directory`. */
export interface ServerUnderTest {
  readonly start: (directory: string, name: string, key: ClusterKey) => Promise<RunningBoard>;
  /** A network of two packages; the second computes on the results of the first. */
  readonly halves: readonly [Sample, Sample];
  /** The payload file that defines the computation. */
  readonly payloadFile: string;
  /** How many images keep the first half busy for some seconds. */
  readonly longBatch: number;
  /** The code of the refusal of a malformed payload file. */
  readonly nonsenseCode: string;
}

/** The deadline of requests that should be immediate. */
export const seconds = 20;
/** Between two questions about a state: without a pause, both programs would need a core each. */
export const pollMilliseconds = 20;
/** An id that nothing has. */
export const zero = '0'.repeat(64);

/** The objects of a test; the fields are new for every test. */
export interface Rig {
  server: ServerUnderTest;
  key: ClusterKey;
  /** Holds the state of each board in a folder named after it. */
  path: string;
  /** zed0, started with no deployment. */
  board: RunningBoard;
  /** Called when the test is over. */
  ends: (() => unknown)[];
  readonly client: () => Promise<BoardConnection>;
  readonly owner: (leaseSeconds?: number) => Promise<BoardConnection>;
  /** Deploys to zed0; returns the places in order. */
  readonly deploy: (
    packages: readonly Package[],
    names?: readonly string[],
  ) => Promise<readonly DeployedPackage[]>;
  /** Both halves on zed0, the first loaded by a new owner. */
  readonly ready: () => Promise<{
    readonly zed0: BoardConnection;
    readonly first: DeployedPackage;
    readonly second: DeployedPackage;
  }>;
  readonly batchOf: (place: DeployedPackage, half: 0 | 1, images: number) => DeployedPackage & Batch;
}

/** Resolves once a board has no owner. */
export async function freed(board: BoardConnection): Promise<void> {
  while ((await board.status(seconds)).leasedSeconds > 0) await delay(pollMilliseconds);
}

/** Starts zed0 before and stops it after each test of the calling suite. */
export function createRig(prepare: () => Promise<ServerUnderTest>): Rig {
  const client = async (): Promise<BoardConnection> => {
    const connection = await connectBoard('zed0', rig.board.address, rig.key, seconds);
    rig.ends.push(connection.close);
    return connection;
  };
  const owner = async (leaseSeconds = 30): Promise<BoardConnection> => {
    const connection = await client();
    await connection.acquire(leaseSeconds, seconds);
    return connection;
  };
  const deploy = async (packages: readonly Package[], names = packages.map(() => 'zed0')) => {
    const { deployment } = await deployTo(join(rig.path, 'zed0'), packages, names, rig.key);
    return packages.map((found, position): DeployedPackage => ({ deployment, position, package: found.id }));
  };
  /** Both halves on zed0, the first loaded by a new owner. */
  const ready = async () => {
    const places = await deploy(rig.server.halves.map((half) => half.package()));
    const zed0 = await owner();
    await zed0.load(places[0]!, seconds);
    return { zed0, first: places[0]!, second: places[1]! };
  };
  const batchOf = (place: DeployedPackage, half: 0 | 1, images: number) => ({
    ...place,
    images,
    packed: rig.server.halves[half].images(images).packed,
  });
  // The fields are set from the first `beforeEach` on.
  const rig: Rig = Object.assign({} as Rig, { client, owner, deploy, ready, batchOf });

  beforeAll(async () => {
    rig.server = await prepare();
  });
  beforeEach(async () => {
    const state = await temporaryDirectory();
    rig.path = state.path;
    rig.key = makeKey();
    rig.ends = [];
    rig.board = await rig.server.start(join(rig.path, 'zed0'), 'zed0', rig.key);
    return async () => {
      for (const end of rig.ends) await end();
      await rig.board.stop();
      await state.remove();
    };
  });
  return rig;
}
