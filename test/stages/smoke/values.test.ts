import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../base/json.ts';
import { elementCount } from '../../../base/shape.ts';
import { emulatedKey } from '../../../boards/emulated/store.ts';
import { prepare, run } from '../../../finn/execute/run.ts';
import { runHost } from '../../../stages/shared/host.ts';
import { smoke } from '../../../stages/smoke/work.ts';
import {
  bundleEmulatedBoard,
  deployTo,
  packageOf,
  partsOf,
  temporaryDirectory,
} from '../../boards/fixture.ts';
import { convolution } from '../../finn/ops/convs.ts';
import { hostFiles, hostOf } from '../../finn/host.ts';
import { npy } from '../../rig/npy.ts';
import { seeded } from '../../rig/seeded.ts';
import { runStage } from '../stage.ts';

/** A network without classes: feature maps of 9 channels in UINT4. */
const { graph } = convolution('network14');
const images = 3;
const inputShape = [1, 9, 9, 7];
const outputShape = [1, 9, 8, 3];
const host = hostOf({
  before: [{ op: 'Transpose', perm: [0, 2, 3, 1] }],
  after: [{ op: 'Transpose', perm: [0, 3, 1, 2] }],
  input: { shape: inputShape, datatype: 'UINT6' },
  output: { shape: outputShape, datatype: 'UINT4' },
  meaning: 'values',
});
const ends = runHost(host);
const boards = ['zed0', 'zed1'].map((name) => ({ name, type: 'zedboard', emulated: true }));
const random = seeded(7);
const pixels = Uint8Array.from({ length: images * elementCount(inputShape) }, () =>
  Math.floor(random() * 64),
);

let script: string;
let directory: string;
let files: { [path: string]: string | Uint8Array };

/** By the executor alone, whose every layer has been compared with FINN's. */
function expectedValues(): Int8Array {
  const executor = prepare(graph);
  const size = elementCount(inputShape);
  return Int8Array.from(
    Array.from({ length: images }, (_, image) => {
      const values = pixels.subarray(image * size, (image + 1) * size);
      const output = run(executor, ends.toBoards({ elementType: 'uint8', shape: inputShape, values }));
      return ends.fromBoards(output).flatMap((tensor) => Array.from(tensor.values, Number));
    }).flat(),
  );
}

beforeAll(async () => {
  const bundle = await temporaryDirectory();
  script = await bundleEmulatedBoard(bundle.path);
  return bundle.remove;
});

beforeEach(async () => {
  const temporary = await temporaryDirectory();
  directory = temporary.path;
  const packages = partsOf(graph, {}, ['Thresholding_rtl_0']).map((part) => packageOf(part));
  const boardsDir = join(directory, 'boards');
  files = {
    ...hostFiles(host),
    'inputs/images.npy': npy('|u1', [images, ...inputShape.slice(1)], pixels),
  };
  for (const [at, { name }] of boards.entries()) {
    const key = await emulatedKey(boardsDir);
    const deployment = await deployTo(join(boardsDir, name), packages, ['zed0', 'zed1'], key);
    files[`deployed/0${at}/receipt.json`] = JSON.stringify({ ...deployment, board: name });
  }
  return temporary.remove;
});

function runSmoke(more: { readonly [path: string]: string | Uint8Array } = {}, params: JsonObject = {}) {
  const world = { boards, boardsDir: join(directory, 'boards'), emulatedBoard: script };
  const fileNames = { inputs: 'photos.npy', expected: 'data/maps.npy', labels: 'labels.npy' };
  return runStage(smoke, join(directory, 'stage'), { ...files, ...more }, { params, world, fileNames });
}

describe('a network that returns feature maps', () => {
  test.each([
    ['without the batch', [images, 9, 8, 3]],
    ['with it', [images, 1, 9, 8, 3]],
  ])('is compared by values with an array %s', async (_what, shape) => {
    const { result, out, log } = await runSmoke({
      'expected/expected.npy': npy('|i1', shape, expectedValues()),
    });
    expect(result).toMatchObject({ ok: true, summary: 'EMULATED: 3 of 3 as expected' });
    expect(log[0]).toMatch(/^image +returned +largest difference$/);
    expect(log[1]).toMatch(/^0 +.*… \(216 values\) +0$/);
    const report = JSON.parse(await readFile(join(out, 'report/smoke.json'), 'utf8')) as JsonObject;
    expect(report).toMatchObject({
      outputs: [{ shape: outputShape, datatype: 'UINT4' }],
      asExpected: 3,
      tolerance: { relative: 0, absolute: 0 },
      largestDifference: 0,
      firstDifferent: null,
    });
  });

  test('is not judged without expected values', async () => {
    const { result } = await runSmoke({}, { count: 2 });
    expect(result).toMatchObject({ ok: true, summary: 'EMULATED: 2 images, none judged' });
  });

  test('fails at the first value that differs, named by image and index', async () => {
    const values = expectedValues();
    const right = values[216 + 25]!;
    values[216 + 25] = right + 2;
    values[216 + 26]! -= 1;
    const { result, out } = await runSmoke({
      'expected/expected.npy': npy('|i1', [images, 9, 8, 3], values),
    });
    expect(result).toMatchObject({
      ok: false,
      diagnostics: [
        {
          code: 'smoke/mismatch',
          message: `1 of 3 images differ from what was expected, by at most 2; the first is image 1 at [0, 1, 0, 1]: got ${right}, expected ${right + 2}`,
        },
      ],
    });
    expect(JSON.parse(await readFile(join(out, 'report/smoke.json'), 'utf8'))).toMatchObject({
      asExpected: 2,
      firstDifferent: { image: 1, index: [0, 1, 0, 1] },
    });
  });
});

describe('refused before any board is asked is', () => {
  test.each([
    [
      'expected classes',
      'expected/expected.npy',
      npy('|u1', [images], new Uint8Array(images)),
      'smoke/wrong-expected',
      'the network returns values of shape [1, 9, 8, 3] (UINT4) for an image, but expected (data/maps.npy) holds [3]',
    ],
    [
      'expected values in NHWC',
      'expected/expected.npy',
      npy('|i1', [images, 8, 3, 9], new Int8Array(images * 216)),
      'smoke/wrong-expected',
      'expected (data/maps.npy) holds [3, 8, 3, 9]',
    ],
    [
      'fewer expected values than images',
      'expected/expected.npy',
      npy('|i1', [2, 9, 8, 3], new Int8Array(2 * 216)),
      'smoke/too-few-expected',
      'fewer outputs than the 3 images',
    ],
    [
      'labels',
      'labels/labels.npy',
      npy('|u1', [images], new Uint8Array(images)),
      'smoke/no-class',
      'labels (labels.npy) holds classes, but the network returns values of shape [1, 9, 8, 3] (UINT4)',
    ],
    [
      'images in NHWC',
      'inputs/images.npy',
      npy('|u1', [images, 9, 7, 9], pixels),
      'images/wrong-shape',
      'but inputs (photos.npy) holds [3, 9, 7, 9]',
    ],
  ])('%s', async (_what, path, file, code, message) => {
    script = join(directory, 'no-such-program.js');
    const { result } = await runSmoke({ [path]: file });
    expect(result).toMatchObject({
      ok: false,
      diagnostics: [{ code, message: expect.stringContaining(message) as string }],
    });
  });
});
