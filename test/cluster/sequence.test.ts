import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { makeKey } from '../../boards/keys.ts';
import { paceOf } from '../../boards/emulated/time.ts';
import { readHardwareGraph } from '../../finn/dialect/read.ts';
import type { ClusterBoard } from '../../core/contracts/board.ts';
import { runSequence } from '../../cluster/sequence.ts';
import type { OpenCluster } from '../../cluster/start.ts';
import { openCluster } from '../../cluster/start.ts';
import type { Deployment } from '../../boards/deployment.ts';
import type { Part } from '../boards/fixture.ts';
import {
  bundleEmulatedBoard,
  cutParts,
  deployTo,
  exampleImages,
  packageOf,
  refusal,
  temporaryDirectory,
} from '../boards/fixture.ts';

const emulated = (name: string, type = 'zedboard'): ClusterBoard => ({
  name,
  type,
  part: 'xc7z020clg484-1',
  resources: {},
  emulated: true,
  address: null,
  ssh: null,
});
const boards = [emulated('zed0'), emulated('zed1')];
const assignment = ['zed0', 'zed1', 'zed0', 'zed1'];

let script: string;
let parts: readonly Part[];
let state: string;
let deployment: Deployment;
let tick = 0;
const key = makeKey();
const clock = (): number => tick++;

beforeAll(async () => {
  const bundle = await temporaryDirectory();
  script = await bundleEmulatedBoard(bundle.path);
  parts = await cutParts('Thresholding_rtl_0', 'MVAU_hls_1', 'MVAU_hls_3');
  return bundle.remove;
});

beforeEach(async () => {
  const temporary = await temporaryDirectory();
  state = temporary.path;
  tick = 0;
  for (const { name } of boards)
    deployment = await deployTo(
      join(state, name),
      parts.map((part) => packageOf(part)),
      assignment,
      key,
    );

  return temporary.remove;
});

const open = (some: readonly ClusterBoard[]) =>
  openCluster(some, { boardsDir: state, emulatedBoard: script }, () => Promise.resolve(key));

async function withCluster<T>(use: (cluster: OpenCluster) => Promise<T>): Promise<T> {
  const cluster = await open(boards);
  try {
    return await use(cluster);
  } finally {
    await cluster.close();
  }
}

describe('the sequential schedule', () => {
  test('gives the results of the whole network, in rounds of as many submodels as boards', async () => {
    const { images, classes } = await exampleImages(100);
    const result = await withCluster(({ boards: open }) => runSequence(deployment, open, images, clock));
    expect(result.outputs.map(({ data }) => data[0])).toEqual(classes);
    expect(result.emulated).toBe(true);
    expect(result.rounds.map(({ positions }) => positions)).toEqual([
      [0, 1],
      [2, 3],
    ]);
    // 100 images are sent in requests of at most 32; each starts the accelerator again.
    const seconds = parts.map((part) => {
      const pace = paceOf(readHardwareGraph(part.model), null, packageOf(part).description, 64);
      return (4 * pace.latency + 96 * pace.interval) / 100e6;
    });
    const [first, second] = result.rounds.map(({ modelled }) => modelled);
    expect(first).toEqual({ load: 0.2298, infer: expect.closeTo(seconds[0]! + seconds[1]!, 9) as number });
    expect(second).toEqual({ load: 0.2298, infer: expect.closeTo(seconds[2]! + seconds[3]!, 9) as number });
    expect(result.rounds.map(({ measured }) => measured)).toEqual([
      { load: 1, infer: 1 },
      { load: 1, infer: 1 },
    ]);
  });

  test('refuses images of another shape', async () => {
    const image = { shape: [1, 784], data: new Int32Array(784) };
    const running = withCluster(({ boards: open }) => runSequence(deployment, open, [image], clock));
    await expect(running).rejects.toThrow(
      refusal('cluster/wrong-input', 'takes [1, 1, 28, 28], but an image has the shape [1, 784]'),
    );
  });

  test('refuses a board that the cluster lacks', async () => {
    const running = runSequence(deployment, new Map(), [], clock);
    await expect(running).rejects.toThrow(
      refusal('cluster/unknown-board', 'submodel 0 on zed0, which is not in the cluster'),
    );
  });

  test('is refused by the one board that holds another deployment', async () => {
    await deployTo(
      join(state, 'zed1'),
      parts.map((part) => packageOf(part, { clockMHz: 50 })),
      assignment,
      key,
    );
    const { images } = await exampleImages(1);
    const running = withCluster(({ boards: open }) => runSequence(deployment, open, images, clock));
    await expect(running).rejects.toThrow(refusal('board/deployment-mismatch', 'zed1 holds deployment'));
  });
});

test('a cluster of which one board does not start is stopped as a whole', async () => {
  const wrong = [...boards, emulated('zed2', 'zedbord')];
  await expect(open(wrong)).rejects.toThrow(
    refusal('board/not-started', 'the emulated board zed2 did not start'),
  );
});
