import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { verify } from '../../stages/verify/work.ts';
import { writeHardwareGraph } from '../../finn/dialect/write.ts';
import type { HardwareGraph } from '../../finn/graph.ts';
import { cutGraph } from '../../finn/split/submodel.ts';
import { examples, golden, readGraph, readJson, unfoldedTfc } from '../finn/network.ts';
import { hostFiles, hostOf } from '../finn/host.ts';
import { runStage } from './stage.ts';

const folded = readGraph(join(golden, 'tfc-w2a2', 'dataflow.onnx'));
const host = hostOf({
  before: [],
  after: [],
  input: { shape: [1, 1, 28, 28], datatype: 'UINT8' },
  output: { shape: [1, 1], datatype: 'UINT8' },
  meaning: 'class',
});
let directory: string;
let images: Uint8Array;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'verify-'));
  images = await readFile(join(examples, 'tfc-w2a2', 'images.npy'));
});

async function verifyParts(parts: readonly HardwareGraph[], params = {}) {
  const inputs = {
    'whole/dataflow.onnx': writeHardwareGraph(unfoldedTfc()),
    ...hostFiles(host),
    'inputs/images.npy': images,
    'parts/manifest.json': JSON.stringify(parts.map((_, position) => ({ id: `id${position}`, position }))),
    ...Object.fromEntries(
      parts.map((graph, position) => [`parts/id${position}/submodel.onnx`, writeHardwareGraph(graph)]),
    ),
  };
  return runStage(verify, directory, inputs, { params, fileNames: { inputs: 'data/photos.npy' } });
}

function partsOf(graph: HardwareGraph): readonly HardwareGraph[] {
  return cutGraph(graph, [2, 4]).map((part) => part.graph);
}

test('the folded parts return the same as the unfolded whole, for all images', async () => {
  const { result, out } = await verifyParts(partsOf(folded));
  expect(result).toEqual({ ok: true, summary: '100 images equal' });
  expect(readJson(join(out, 'report', 'verify.json'))).toEqual({
    format: 1,
    images: 100,
    equal: 100,
    nodes: 7,
    submodels: 3,
  });
});

test('only the given number of images', async () => {
  expect((await verifyParts(partsOf(folded), { count: 3 })).result).toEqual({
    ok: true,
    summary: '3 images equal',
  });
});

test('a changed weight is found, with image and node', async () => {
  const weights = folded.parameters.get('MatMul_1_param0')!.map((weight) => (weight === 1 ? -1 : weight));
  const changed = { ...folded, parameters: new Map(folded.parameters).set('MatMul_1_param0', weights) };
  expect((await verifyParts(partsOf(changed))).result).toMatchObject({
    ok: false,
    diagnostics: [
      {
        code: 'verify/mismatch',
        message: 'image 0: MVAU_hls_1 has a different result as MVAU_hls_0 in submodel 1',
      },
    ],
  });
});

test('a missing part is found', async () => {
  expect((await verifyParts(partsOf(folded).slice(0, 2))).result).toMatchObject({
    ok: false,
    diagnostics: [
      { code: 'verify/mismatch', message: 'the submodels have 5 nodes, the whole network has 7' },
    ],
  });
});

test('images of another size are refused', async () => {
  images = await readFile(join(examples, 'tfc-w2a2', 'labels.npy'));
  expect((await verifyParts(partsOf(folded))).result).toMatchObject({
    ok: false,
    diagnostics: [
      {
        code: 'images/wrong-shape',
        message: 'the network takes images of shape [1, 1, 28, 28], but inputs (data/photos.npy) holds [100]',
        at: ['inputs'],
      },
    ],
  });
});
