import { mkdtemp, readFile, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { split } from '../../../stages/split/work.ts';
import type { JsonObject } from '../../../base/json.ts';
import { readHardwareGraph } from '../../../finn/dialect/read.ts';
import { golden, readJson } from '../../finn/network.ts';
import { runStage } from '../stage.ts';

const target = { board: 'zedboard', part: 'xc7z020clg484-1', clockMHz: 100 };
const zedboard = { LUT: 53_200, BRAM_18K: 280, DSP: 220, URAM: 0 };
const boards = [
  { name: 'zed0', type: 'zedboard', resources: zedboard },
  { name: 'zed1', type: 'zedboard', resources: zedboard },
];
const manual = { strategy: 'manual', cuts: [{ after: 'MVAU_hls_0' }] };
let directory: string;
let inputs: { readonly [path: string]: Uint8Array };

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'split-'));
  inputs = { 'model/dataflow.onnx': await readFile(join(golden, 'tfc-w2a2', 'dataflow.onnx')) };
});

interface Row {
  readonly id: string;
  readonly position: number;
  readonly board: string;
}

async function splitBy(params: JsonObject) {
  return runStage(split, directory, inputs, {
    params: { strategy: 'manual', cuts: [], limits: {}, target, boards, ...params },
  });
}

test('cuts by hand', async () => {
  const { result, out } = await splitBy(manual);
  expect(result).toEqual({ ok: true, summary: '2 submodels: 44 BRAM18, 8 BRAM18', warnings: [] });

  const rows = readJson<readonly Row[]>(join(out, 'submodels', 'manifest.json'));
  expect(rows.map(({ position, board }) => [position, board])).toEqual([
    [0, 'zedboard'],
    [1, 'zedboard'],
  ]);
  expect((await readdir(join(out, 'submodels'))).sort()).toEqual(
    [...rows.map(({ id }) => id), 'manifest.json'].sort(),
  );
  for (const { id } of rows) {
    expect(id).toMatch(/^[0-9a-f]{64}$/);
    const part = join(out, 'submodels', id);
    expect(readJson<{ readonly id: string }>(join(part, 'submodel.json')).id).toBe(id);
    const graph = readHardwareGraph(await readFile(join(part, 'submodel.onnx')));
    expect(graph.inputs).toEqual(['global_in']);
  }
  expect(readJson(join(out, 'names', 'names.json'))).toEqual([
    {
      id: rows[0]!.id,
      position: 0,
      nodes: [
        ['Reshape_rtl_0', 'Reshape_rtl_0'],
        ['Thresholding_rtl_0', 'Thresholding_rtl_0'],
        ['MVAU_hls_0', 'MVAU_hls_0'],
      ],
    },
    {
      id: rows[1]!.id,
      position: 1,
      nodes: [
        ['MVAU_hls_0', 'MVAU_hls_1'],
        ['MVAU_hls_1', 'MVAU_hls_2'],
        ['MVAU_hls_2', 'MVAU_hls_3'],
        ['LabelSelect_hls_0', 'LabelSelect_hls_0'],
      ],
    },
  ]);
  expect(readJson(join(out, 'report', 'split.json'))).toMatchObject({
    format: 1,
    strategy: 'manual',
    submodels: [
      {
        position: 0,
        first: 'Reshape_rtl_0',
        last: 'MVAU_hls_0',
        resources: { LUT: 11_556, BRAM_18K: 44, DSP: 0, URAM: 0 },
        cycles: { max: 784, total: 864 },
        share: { LUT: 11_556 / 53_200, BRAM_18K: 44 / 280, DSP: 0, URAM: null },
      },
      { position: 1, first: 'MVAU_hls_1', last: 'LabelSelect_hls_0' },
    ],
  });
});

test('splitting twice yields the same bytes', async () => {
  const { out } = await splitBy(manual);
  const first = await readFile(join(out, 'submodels', 'manifest.json'));
  await splitBy(manual);
  expect(await readFile(join(out, 'submodels', 'manifest.json'))).toEqual(first);
});

test('a network that fits one board stays in one piece', async () => {
  const { result } = await splitBy({ strategy: 'greedy', target, boards });
  expect(result).toMatchObject({ ok: true, summary: '1 submodel: 52 BRAM18' });
});

test('limits cause the greedy split to cut', async () => {
  const { result } = await splitBy({
    strategy: 'greedy',
    target,
    boards,
    limits: { LUT: 0.22, BRAM_18K: 0.16 },
  });
  expect(result).toMatchObject({ ok: true, summary: '2 submodels: 44 BRAM18, 8 BRAM18' });
});

test('a layer that fits no board is refused', async () => {
  const { result } = await splitBy({ strategy: 'greedy', target, boards, limits: { LUT: 0.2 } });
  expect(result).toMatchObject({ ok: false, diagnostics: [{ code: 'split/layer-too-big' }] });
});

test('a manual cut warns of a part that its board cannot hold', async () => {
  const small = [{ name: 'z', type: 'tiny', resources: { ...zedboard, LUT: 12_000 } }];
  const { result } = await splitBy({ ...manual, cuts: [], boards: small });
  expect(result).toMatchObject({
    ok: true,
    warnings: [
      {
        code: 'split/over-budget',
        message:
          'submodel 0 (Reshape_rtl_0 to LabelSelect_hls_0) needs 15456 LUT, but z (tiny) has 12000 available',
      },
    ],
  });
});

test('wrong cuts are refused', async () => {
  expect((await splitBy({ ...manual, cuts: [{ after: 'MVAU_hls_9' }] })).result).toMatchObject({
    ok: false,
    diagnostics: [{ code: 'split/unknown-node', hint: 'did you mean MVAU_hls_0?' }],
  });
});

test('a greedy split keeps the last built cuts, and says if fewer submodels would do', async () => {
  const lockIn = (out: string) => readJson<JsonObject>(join(out, 'lock', 'lock.json'));
  const anew = await splitBy({ strategy: 'greedy', target, boards });
  expect(lockIn(anew.out)).toMatchObject({
    pieces: [{ first: 'Reshape_rtl_0', last: 'LabelSelect_hls_0', board: 'zedboard' }],
  });

  const byHand = await splitBy(manual);
  const ids = readJson<readonly Row[]>(join(byHand.out, 'submodels', 'manifest.json')).map(({ id }) => id);
  const lock = {
    pieces: [
      { first: 'Reshape_rtl_0', last: 'MVAU_hls_0', id: ids[0]!, board: 'zedboard' },
      { first: 'MVAU_hls_1', last: 'LabelSelect_hls_0', id: ids[1]!, board: 'zedboard' },
    ],
  };
  const kept = await splitBy({ strategy: 'greedy', target, boards, lock });
  expect(kept.result).toMatchObject({
    summary: '2 submodels: 44 BRAM18, 8 BRAM18',
    warnings: [
      { code: 'split/fewer-possible', message: expect.stringContaining('new cuts would make 1') as string },
    ],
  });
  expect(lockIn(kept.out)).toEqual(lock);
});
