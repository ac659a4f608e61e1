import { randomBytes } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import type { JsonObject } from '../../../../base/json.ts';
import type { ClusterKey } from '../../../../boards/keys.ts';
import { encodeKey, makeKey } from '../../../../boards/keys.ts';
import type { Package } from '../../../../boards/package/directory.ts';
import { deploy } from '../../../../stages/deploy/work.ts';
import { temporaryFolderForSuite } from '../../../rig/project.ts';
import { runStage } from '../../../stages/stage.ts';
import { counterpart } from '../counterparts.ts';
import { buildNatively, xorSample } from './server.ts';
import type { SshBoard } from './sshd.ts';
import { startSshBoard } from './sshd.ts';

/** Where a board keeps its packages. */
export const state = '/var/lib/pipeline-board';
export const megabyte = 1_000_000;
export const middle = { shape: [1, 64], datatype: 'INT2' };
export const half = xorSample(0x5a, { shape: [1, 1, 28, 28], datatype: 'UINT8' }, middle);
export const otherHalf = xorSample(0xc3, middle, { shape: [1, 4], datatype: 'UINT8' });
/** What `big` holds beside its random bytes. */
export const emulated = Buffer.from('{"format": 1, "transformation": "xor", "mask": 90}');

/** Deploys to a board that ssh reaches; the fields that are not functions are there from the first `beforeAll` on. */
export interface DeployRig {
  readonly key: ClusterKey;
  /** Holds all that the tests write; the key is in cluster.key. */
  folder: string;
  /** Empty before each test. */
  zed0: SshBoard;
  /** Starts a further board that ssh finds as zed0; `what` names its folder. */
  readonly start: (what: string, sftp: string | null) => Promise<SshBoard>;
  readonly boardOf: (change?: JsonObject) => JsonObject;
  readonly worldOf: (board: JsonObject, sshConfig: string) => JsonObject;
  /** A fresh folder for a stage. */
  readonly place: () => string;
  readonly deployPackages: (
    packages: readonly Package[],
    how?: {
      readonly board?: JsonObject;
      /** Boards of the cluster beside it. */
      readonly others?: readonly JsonObject[];
      readonly sshConfig?: string;
      readonly params?: JsonObject;
    },
  ) => ReturnType<typeof runStage>;
  /** Names in the board's folder of packages. */
  readonly onDisk: () => readonly string[];
}

/** Declares tests that deploy to a board. */
export function onSshBoard(tests: (rig: DeployRig) => void): void {
  counterpart('cmake', () => {
    counterpart('namespaces', () => {
      counterpart('sshd', () => {
        tests(createRig());
      });
    });
  });
}

/** A package with so many bytes that do not compress. */
export function big(bytes: number, sample = half): Package {
  return sample.package(
    {},
    new Map([
      ['emulated.json', emulated],
      ['deep/it\'s "big"', randomBytes(bytes)],
    ]),
  );
}

/** The inputs of a deploy. */
export function gathered(packages: readonly Package[]): { readonly [path: string]: Uint8Array } {
  return Object.fromEntries(
    packages.flatMap(({ descriptionBytes, payload }, position) => {
      const place = `packages/${String(position).padStart(2, '0')}`;
      const files = [...payload].map(([path, bytes]) => [`${place}/${path}`, bytes] as const);
      return [[`${place}/package.json`, descriptionBytes] as const, ...files];
    }),
  );
}

const busybox = ['/bin/busybox', '/usr/bin/busybox'].find((path) => existsSync(path)) ?? null;

function createRig(): DeployRig {
  const key = makeKey();
  const started: SshBoard[] = [];
  let stages = 0;
  const functions: Omit<DeployRig, 'folder' | 'zed0'> = {
    key,
    start: async (what, sftp) => {
      const board = await startSshBoard({
        folder: join(rig.folder, what),
        name: 'zed0',
        key,
        server: buildNatively(),
        megabytes: 40,
        sftp,
        busybox: what === 'zed0' ? busybox : null,
      });
      started.push(board);
      return board;
    },
    boardOf: (change = {}) => ({
      name: 'zed0',
      type: 'zedboard',
      emulated: false,
      address: rig.zed0.address,
      ssh: 'zed0',
      ...change,
    }),
    worldOf: (board, sshConfig) => ({
      board,
      boards: [board],
      boardsDir: join(rig.folder, 'boards'),
      project: rig.folder,
      tools: { boards: { 'ssh-config': sshConfig } },
    }),
    place: () => join(rig.folder, `stage${stages++}`),
    deployPackages: (
      packages,
      { board = rig.boardOf(), others = [], sshConfig = rig.zed0.sshConfig, params = {} } = {},
    ) => {
      const world = { ...rig.worldOf(board, sshConfig), boards: [board, ...others] };
      return runStage(deploy, rig.place(), gathered(packages), { world, params });
    },
    onDisk: () => rig.zed0.execute(`ls -A ${state}/packages`).split('\n').filter(Boolean),
  };
  const rig: DeployRig = Object.assign({} as DeployRig, functions);

  beforeAll(async () => {
    rig.folder = temporaryFolderForSuite();
    writeFileSync(join(rig.folder, 'cluster.key'), encodeKey(key), { mode: 0o600 });
    rig.zed0 = await rig.start('zed0', 'internal-sftp');
  }, 600_000);
  afterAll(() => Promise.all(started.map((board) => board.stop())));
  beforeEach(() => {
    rig.zed0.line.reset();
    rig.zed0.execute(`mount -o remount,rw ${state}; cd ${state}; rm -rf packages deployment.json fill`);
  });
  return rig;
}
