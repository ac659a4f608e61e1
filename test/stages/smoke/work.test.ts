import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { smoke } from '../../../stages/smoke/work.ts';
import type { JsonObject } from '../../../base/json.ts';
import { emulatedKey } from '../../../boards/emulated/store.ts';
import { makeKey, writeNewKey } from '../../../boards/keys.ts';
import type { Deployment } from '../../../boards/deployment.ts';
import type { SequenceResult } from '../../../cluster/sequence.ts';
import type { Part } from '../../boards/fixture.ts';
import {
  bundleEmulatedBoard,
  cutParts,
  deployTo,
  packageOf,
  temporaryDirectory,
} from '../../boards/fixture.ts';
import { hostFiles, hostOf } from '../../finn/host.ts';
import { npy } from '../../rig/npy.ts';
import { runStage } from '../stage.ts';

const example = 'examples/tfc-w2a2';
const boards = ['zed0', 'zed1'].map((name) => ({ name, type: 'zedboard', emulated: true }));
const host = {
  before: [],
  after: [{ op: 'Reshape', shape: [1] }],
  input: { shape: [1, 1, 28, 28], datatype: 'UINT8' },
  output: { shape: [1], datatype: 'UINT8' },
  meaning: 'class',
} as const;
const classes = [
  'T-shirt',
  'Trouser',
  'Pullover',
  'Dress',
  'Coat',
  'Sandal',
  'Shirt',
  'Sneaker',
  'Bag',
  'Boot',
];

let script: string;
let parts: readonly Part[];
let directory: string;
let deployment: Deployment;
let world: JsonObject;

beforeAll(async () => {
  const bundle = await temporaryDirectory();
  script = await bundleEmulatedBoard(bundle.path);
  parts = await cutParts('MVAU_hls_0', 'MVAU_hls_2');
  return bundle.remove;
});

beforeEach(async () => {
  const temporary = await temporaryDirectory();
  directory = temporary.path;
  const packages = parts.map((part) => packageOf(part));
  const boardsDir = join(directory, 'boards');
  for (const { name } of boards)
    deployment = await deployTo(
      join(boardsDir, name),
      packages,
      ['zed0', 'zed1', 'zed0'],
      await emulatedKey(boardsDir),
    );
  world = { boards, boardsDir, emulatedBoard: script };
  return temporary.remove;
});

async function inputs(): Promise<{ [path: string]: string | Uint8Array }> {
  const [images, expected, labels] = await Promise.all(
    ['images', 'expected', 'labels'].map((name) => readFile(join(example, `${name}.npy`))),
  );
  return {
    ...Object.fromEntries(
      boards.map(({ name }, index) => [
        `deployed/0${index}/receipt.json`,
        JSON.stringify({ ...deployment, board: name }),
      ]),
    ),
    ...hostFiles(hostOf(host)),
    'inputs/images.npy': images!,
    'expected/expected.npy': expected!,
    'labels/labels.npy': labels!,
  };
}

function runSmoke(files: { readonly [path: string]: string | Uint8Array }, params: JsonObject = {}) {
  return runStage(smoke, join(directory, 'stage'), files, { params, world });
}

describe('smoke', () => {
  test('runs every image through the cluster and shows the classes', async () => {
    const { result, out, log } = await runSmoke(await inputs(), { classes });
    expect(result).toEqual({
      ok: true,
      emulated: true,
      summary: 'EMULATED: 100 of 100 as expected, 79 of 100 right',
      detail: log,
    });
    expect(log.slice(0, 8)).toEqual([
      'image  predicted   expected    true',
      '0      9 Boot      9 Boot      9 Boot',
      '1      2 Pullover  2 Pullover  2 Pullover',
      '2      1 Trouser   1 Trouser   1 Trouser',
      '3      1 Trouser   1 Trouser   1 Trouser',
      '4      6 Shirt     6 Shirt     6 Shirt',
      '5      1 Trouser   1 Trouser   1 Trouser',
      '6      6 Shirt     6 Shirt     4 Coat',
    ]);
    expect(log.length).toBe(12);
    expect(log[11]).toMatch(
      /^EMULATED, by the time model: 2 rounds of reconfiguration 459.6 ms, accelerators alone /,
    );
    const report = JSON.parse(await readFile(join(out, 'report/smoke.json'), 'utf8')) as JsonObject;
    expect(report).toMatchObject({
      emulated: true,
      deployment: deployment.deployment,
      images: 100,
      asExpected: 100,
      right: 79,
    });
    expect(
      (report['rounds'] as unknown as SequenceResult['rounds']).map(({ positions }) => positions),
    ).toEqual([[0, 1], [2]]);
  });

  test('works without labels and names, and uses the given number of images', async () => {
    const files = await inputs();
    delete files['labels/labels.npy'];
    const { result, log } = await runSmoke(files, { count: 3 });
    expect(result).toMatchObject({ summary: 'EMULATED: 3 of 3 as expected' });
    expect(log.slice(0, 4)).toEqual([
      'image  predicted  expected',
      '0      9          9',
      '1      2          2',
      '2      1          1',
    ]);
  });

  test('takes classes as TopK gives them, in any type of integer or float', async () => {
    const files = await inputs();
    for (const expected of [
      npy('<i8', [3, 1], BigInt64Array.of(9n, 2n, 1n)),
      npy('<f8', [3], Float64Array.of(9, 2, 1)),
      npy('>u2', [3, 1, 1], Uint8Array.of(0, 9, 0, 2, 0, 1)),
    ]) {
      const { result } = await runSmoke({ ...files, 'expected/expected.npy': expected }, { count: 3 });
      expect(result).toMatchObject({ ok: true, summary: 'EMULATED: 3 of 3 as expected, 3 of 3 right' });
    }
  });

  test('reports that there is nothing to compare with', async () => {
    const files = await inputs();
    delete files['labels/labels.npy'];
    delete files['expected/expected.npy'];
    const { result, log } = await runSmoke(files, { count: 2 });
    expect(result).toMatchObject({ ok: true, summary: 'EMULATED: 2 images, none judged' });
    expect(log.slice(0, 3)).toEqual(['image  predicted', '0      9', '1      2']);
  });

  test('fails when an image is not as expected, and keeps the report', async () => {
    const files = await inputs();
    const { result, out } = await runSmoke(
      { ...files, 'expected/expected.npy': files['labels/labels.npy']! },
      { classes, count: 20 },
    );
    expect(result).toMatchObject({
      ok: false,
      diagnostics: [
        {
          code: 'smoke/mismatch',
          message: expect.stringContaining(
            '3 of 20 images differ from what was expected; the first is image 6: got 6 Shirt, expected 4 Coat',
          ) as string,
        },
      ],
    });
    expect(JSON.parse(await readFile(join(out, 'report/smoke.json'), 'utf8'))).toMatchObject({ images: 20 });
  });
});

describe('refused is', () => {
  const refused = (code: string, message: string) => ({
    ok: false,
    diagnostics: [{ code, message: expect.stringContaining(message) as string }],
  });

  test('a cluster whose boards have different deployments', async () => {
    const other = JSON.stringify(
      await deployTo(join(directory, 'other'), [packageOf(parts[0]!)], ['zed0'], makeKey()),
    );
    const { result } = await runSmoke({ ...(await inputs()), 'deployed/01/receipt.json': other });
    expect(result).toMatchObject(refused('smoke/mixed-deployment', 'the boards hold different deployments'));
  });

  test('a board that lost its deployment after the receipt', async () => {
    await deployTo(
      join(directory, 'boards/zed1'),
      parts.map((part) => packageOf(part, { clockMHz: 50 })),
      ['zed0', 'zed1', 'zed0'],
      await emulatedKey(join(directory, 'boards')),
    );
    expect((await runSmoke(await inputs())).result).toMatchObject(
      refused('board/deployment-mismatch', 'zed1 holds deployment'),
    );
  });

  test('a real board whose cluster has no key', async () => {
    const address = { host: '127.0.0.1', port: 1 };
    const real = { name: 'zed1', type: 'zedboard', emulated: false, address, ssh: 'zed1' };
    world = { ...world, boards: [boards[0]!, real], project: directory, tools: {} };
    expect((await runSmoke(await inputs())).result).toMatchObject(
      refused('auth/key-file', `there is no key file ${join(directory, 'cluster.key')}`),
    );
  });

  test('a real board that does not answer', async () => {
    const address = { host: '127.0.0.1', port: 1 };
    const real = { name: 'zed1', type: 'zedboard', emulated: false, address, ssh: 'zed1' };
    const tools = { boards: { key: 'keys/lab.key' } };
    await writeNewKey(join(directory, 'keys/lab.key'));
    world = { ...world, boards: [boards[0]!, real], project: directory, tools };
    expect((await runSmoke(await inputs())).result).toMatchObject(
      refused('board/unreachable', 'zed1 cannot be reached at 127.0.0.1:1'),
    );
  });

  test('a cluster that lacks a board of the deployment', async () => {
    world = { ...world, boards: [boards[0]!] };
    expect((await runSmoke(await inputs())).result).toMatchObject(
      refused('cluster/unknown-board', 'submodel 1 on zed1'),
    );
  });

  test('images in another order of axes, with what to do', async () => {
    const colour = { ...host, input: { shape: [1, 3, 32, 32], datatype: 'UINT8' } };
    const nhwc = npy('|u1', [2, 32, 32, 3], new Uint8Array(2 * 3072));
    const { result } = await runSmoke({
      ...(await inputs()),
      ...hostFiles(hostOf(colour)),
      'inputs/images.npy': nhwc,
    });
    expect(result).toMatchObject({
      diagnostics: [
        {
          code: 'images/wrong-shape',
          hint: 'these look like NHWC, but NCHW is required: save np.transpose(images, (0, 3, 1, 2))',
        },
      ],
    });
  });

  test.each([
    [
      'scores for classes',
      npy('<f4', [100, 10], new Float32Array(1000)),
      'smoke/wrong-expected',
      '[100, 10]',
    ],
    ['fractions', npy('<f8', [100], new Float64Array(100).fill(0.5)), 'smoke/wrong-expected', 'holds 0.5'],
    [
      'fewer classes than images',
      npy('|u1', [99], new Uint8Array(99)),
      'smoke/too-few-expected',
      '100 images',
    ],
  ])('%s', async (_what, expected, code, message) => {
    const { result } = await runSmoke({ ...(await inputs()), 'expected/expected.npy': expected });
    expect(result).toMatchObject(refused(code, message));
  });

  test('classes without names', async () => {
    const files = await inputs();
    const { result } = await runSmoke(files, { classes: ['T-shirt', 'trousers'] });
    expect(result).toMatchObject(refused('smoke/too-few-names', 'classes has 2 names, but'));
    const { result: three } = await runSmoke(files, { count: 3, classes: Array<string>(10).fill('any') });
    expect(three).toMatchObject({ ok: true });
  });

  test('images of another size', async () => {
    const wrong = { ...host, input: { shape: [1, 3, 32, 32], datatype: 'UINT8' } };
    const { result } = await runSmoke({ ...(await inputs()), ...hostFiles(hostOf(wrong)) });
    expect(result).toMatchObject(
      refused(
        'images/wrong-shape',
        'of shape [1, 3, 32, 32], but inputs (images.npy) holds [100, 1, 28, 28]',
      ),
    );
  });

  test('an emulated board that does not start', async () => {
    world = { ...world, emulatedBoard: join(directory, 'nothing.js') };
    expect((await runSmoke(await inputs())).result).toMatchObject(refused('board/not-started', 'nothing.js'));
  });
});
