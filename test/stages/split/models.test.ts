import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { JsonObject } from '../../../base/json.ts';
import { writeHardwareGraph } from '../../../finn/dialect/write.ts';
import { applyFolding } from '../../../finn/fold/apply.ts';
import { split } from '../../../stages/split/work.ts';
import { golden, readGraph, readJson } from '../../finn/network.ts';
import { runStage } from '../stage.ts';

const target = { board: 'zedboard', part: 'xc7z020clg484-1', clockMHz: 100 };
const resources = { LUT: 53_200, FF: 106_400, BRAM_18K: 280, DSP: 220, URAM: 0 };
const boardWith = (some: object) => [
  { name: 'zed0', type: 'zedboard', resources: { ...resources, ...some } },
];

/** The split of TFC, whose layers FINN estimates at 15 456 LUT and whose RTL takes 15 970 with its HLS. */
async function splitBy(params: JsonObject, folding: object = {}) {
  const directory = await mkdtemp(join(tmpdir(), 'split-models-'));
  const graph = applyFolding(readGraph(join(golden, 'tfc-w2a2', 'dataflow.onnx')), folding);
  const model = { 'model/dataflow.onnx': writeHardwareGraph(graph) };
  const { result, out } = await runStage(split, directory, model, {
    params: { strategy: 'manual', cuts: [], limits: {}, target, model: 'rtl', ...params },
  });
  return { result, report: () => readJson<JsonObject>(join(out, 'report', 'split.json')) };
}

test('a submodel that fits by the estimates only is reported with both figures', async () => {
  const { result } = await splitBy({ boards: boardWith({ LUT: 15_700 }) });
  expect(result).toMatchObject({
    ok: true,
    warnings: [
      {
        code: 'split/over-budget',
        message:
          'submodel 0 (Reshape_rtl_0 to LabelSelect_hls_0) needs 15970 LUT, but zed0 (zedboard) has 15700 available',
      },
      {
        code: 'split/models-differ',
        message:
          "submodel 0 (Reshape_rtl_0 to LabelSelect_hls_0) fits zed0 (zedboard) by FINN's estimates, but not by its RTL: 15456 LUT by FINN, 15970 by the RTL, 15700 available",
        hint: 'the RTL decides; toolchain.model: finn lets the estimates decide',
      },
    ],
  });
});

test('models that agree are not mentioned', async () => {
  expect((await splitBy({ boards: boardWith({}) })).result).toMatchObject({ ok: true, warnings: [] });
  const { result } = await splitBy({ boards: boardWith({ LUT: 15_000 }) });
  expect(result.ok ? result.warnings!.map(({ code }) => code) : []).toEqual(['split/over-budget']);
});

test('flip-flops are a resource like the others, which FINN does not count', async () => {
  const { result } = await splitBy({ boards: boardWith({ FF: 20_000 }) });
  const part = 'submodel 0 (Reshape_rtl_0 to LabelSelect_hls_0)';
  expect(result.ok ? result.warnings!.map(({ message }) => message) : []).toEqual([
    `${part} needs 21353 FF, but zed0 (zedboard) has 20000 available`,
    `${part} fits zed0 (zedboard) by FINN's estimates, but not by its RTL: FF not counted by FINN, 21353 by the RTL, 20000 available`,
  ]);
});

test('a limit of flip-flops has an effect, or is reported', async () => {
  const params = { limits: { FF: 0.1 }, boards: boardWith({}) };
  const codesOf = async (more: JsonObject): Promise<readonly string[]> => {
    const { result } = await splitBy({ ...params, ...more });
    return result.ok ? result.warnings!.map(({ code }) => code) : [];
  };
  expect(await codesOf({})).toEqual(['split/over-budget', 'split/models-differ']);
  expect(await codesOf({ model: 'finn' })).toEqual(['split/uncounted-limit']);
});

test('the report names the model, both answers and the share of flip-flops', async () => {
  const { report } = await splitBy({ boards: boardWith({}) });
  const { model, limits, submodels } = report() as { [key: string]: never };
  expect(model).toBe('rtl');
  expect(limits).toEqual({ LUT: 1, BRAM_18K: 1, URAM: 1, DSP: 1, FF: 1 });
  expect(submodels![0]).toMatchObject({
    resources: { LUT: 15_456, BRAM_18K: 52 },
    rtl: { inLuts: { LUT: 15_970, BRAM_18K: 52 }, inBlocks: { LUT: 15_970, BRAM_18K: 52 } },
    share: { LUT: 15_970 / 53_200 },
  });
});

test('a greedy split cuts by what the RTL needs', async () => {
  const { result } = await splitBy({ strategy: 'greedy', boards: boardWith({ LUT: 15_700 }) });
  expect(result).toMatchObject({ ok: true, summary: '2 submodels: 52 BRAM18, 0 BRAM18' });
});
