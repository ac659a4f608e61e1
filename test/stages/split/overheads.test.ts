import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { JsonObject } from '../../../base/json.ts';
import { split } from '../../../stages/split/work.ts';
import { writeHardwareGraph } from '../../../finn/dialect/write.ts';
import { applyFolding } from '../../../finn/fold/apply.ts';
import type { Resources } from '../../../finn/ops/op.ts';
import { golden, readGraph, readJson } from '../../finn/network.ts';
import { runStage } from '../stage.ts';

const target = { board: 'zedboard', part: 'xc7z020clg484-1', clockMHz: 100 };
const resources = { LUT: 53_200, BRAM_18K: 280, DSP: 220, URAM: 0 };
const boards = [{ name: 'zed0', type: 'zedboard', resources }];
const manual = { strategy: 'manual', cuts: [{ after: 'MVAU_hls_0' }] };
const greedy = { strategy: 'greedy' };

interface Row {
  readonly id: string;
  readonly resources: Resources;
  readonly overhead?: { readonly [part: string]: Resources };
  readonly share: { readonly [kind: string]: number | null };
}

async function splitBy(params: JsonObject, folding: object = {}) {
  const directory = await mkdtemp(join(tmpdir(), 'split-overheads-'));
  const graph = applyFolding(readGraph(join(golden, 'tfc-w2a2', 'dataflow.onnx')), folding);
  const model = { 'model/dataflow.onnx': writeHardwareGraph(graph) };
  const { result, out } = await runStage(split, directory, model, {
    params: { strategy: 'manual', cuts: [], limits: {}, target, boards, ...params },
  });
  const report = join(out, 'report', 'split.json');
  const rows = result.ok ? readJson<{ readonly submodels: readonly Row[] }>(report).submodels : [];
  return { result, rows, out };
}

test('overheads are separate from the estimate, and the share counts both', async () => {
  const without = await splitBy(manual);
  const { result, rows, out } = await splitBy({ ...manual, overheads: 'modelled' });
  expect(result).toMatchObject({ ok: true, summary: '2 submodels: 44+8 BRAM18, 8+5 BRAM18', warnings: [] });
  for (const [position, { id, resources, overhead, share }] of rows.entries()) {
    expect(id).toBe(without.rows[position]!.id);
    expect(resources).toEqual(without.rows[position]!.resources);
    expect(Object.keys(overhead!)).toEqual(['streams', 'matrixVector', 'dma', 'shell', 'total']);
    expect(share['BRAM_18K']).toBe((resources.BRAM_18K + overhead!['total']!.BRAM_18K) / 280);
    const submodel = join('submodels', id, 'submodel.json');
    expect(await readFile(join(out, submodel))).toEqual(await readFile(join(without.out, submodel)));
  }
});

test('overheads are not mentioned if none are modelled', async () => {
  const { rows } = await splitBy(manual);
  expect(rows.map((row) => 'overhead' in row)).toEqual([false, false]);
});

test('a greedy split includes them, and a manual one warns', async () => {
  const small = { LUT: 17_000, BRAM_18K: 280, DSP: 220, URAM: 0 };
  const board = [{ name: 'small', type: 'zedboard', resources: small }];
  expect((await splitBy({ ...greedy, boards: board })).rows).toHaveLength(1);
  const modelled = { ...greedy, boards: board, overheads: 'modelled' };
  expect(
    (await splitBy({ ...modelled, boards: [{ ...board[0]!, resources: { ...small, LUT: 25_000 } }] })).rows,
  ).toHaveLength(1);
  const { result } = await splitBy(modelled);
  expect(result).toMatchObject({ ok: false, diagnostics: [{ code: 'split/layer-too-big' }] });
  expect(result.ok ? '' : result.diagnostics[0]!.message).toMatch(
    /^MVAU_hls_0 fits no board alone: it needs \d+ LUT, \d+ of them overhead, zedboard has 17000$/,
  );
  const warned = await splitBy({ ...manual, boards: board, overheads: 'modelled' });
  expect(warned.result.ok ? warned.result.warnings : []).toEqual([
    expect.objectContaining({
      code: 'split/over-budget',
      message: expect.stringMatching(
        /^submodel 0 \(Reshape_rtl_0 to MVAU_hls_0\) needs \d+ LUT \(\d+ of them overhead\), but small/,
      ) as string,
    }),
  ]);
});

test('URAM that FINN estimates for weights in the code of a layer is not counted', async () => {
  const embedded = { MVAU_hls_1: { mem_mode: 'internal_embedded', PE: 1, SIMD: 1 } };
  const { result, rows } = await splitBy(greedy, embedded);
  expect(result).toMatchObject({ ok: true, warnings: [] });
  expect(rows.map(({ resources }) => resources.URAM)).toEqual([1]);
  expect(rows.map(({ share }) => share['URAM'])).toEqual([null]);
});

test('URAM that no board has: a greedy split refuses it, a manual one warns', async () => {
  const ultra = { MVAU_hls_1: { ram_style: 'ultra' } };
  const refused = await splitBy(greedy, ultra);
  expect(refused.result).toMatchObject({
    ok: false,
    diagnostics: [
      {
        code: 'split/layer-too-big',
        message: 'MVAU_hls_1 fits no board alone: it needs 2 URAM, zedboard has 0',
        hint: 'fold it differently (PE, SIMD, ram_style, resType) or use a larger board',
      },
    ],
  });
  const warned = await splitBy(manual, ultra);
  expect(warned.result).toMatchObject({
    ok: true,
    warnings: [
      {
        code: 'split/over-budget',
        message:
          'submodel 1 (MVAU_hls_1 to LabelSelect_hls_0) needs 2 URAM, but zed0 (zedboard) has 0 available',
      },
    ],
  });
  expect(warned.rows[1]!.share['URAM']).toBeNull();
});
