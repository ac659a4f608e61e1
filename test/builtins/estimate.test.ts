import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { estimate } from '../../builtins/estimate.ts';
import { readHardwareGraph } from '../../finn/dialect/read.ts';
import { writeHardwareGraph } from '../../finn/dialect/write.ts';
import type { JsonObject } from '../../core/types.ts';
import { describeNodes, examples, golden, readJson, unfoldedTfc } from '../finn/network.ts';
import { runStage } from './stage.ts';

const target = { board: 'zedboard', part: 'xc7z020clg484-1', clockMHz: 100 };
const folding = readJson<JsonObject>(join(examples, 'tfc-w2a2', 'folding.json'));
const inputs = { 'model/dataflow.onnx': writeHardwareGraph(unfoldedTfc()) };
let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'estimate-'));
});

test('writes FINN’s reports and its folded graph', async () => {
  const { result, out } = await runStage(estimate, directory, inputs, { params: { folding, target } });
  expect(result).toMatchObject({
    ok: true,
    summary: '52 BRAM18, 15456 LUT, 0 DSP; 127551 img/s at 100 MHz (Reshape_rtl_0)',
  });
  for (const report of [
    'estimate_layer_resources',
    'estimate_layer_config_alternatives',
    'estimate_layer_cycles',
    'estimate_network_performance',
    'op_and_param_counts',
  ]) {
    expect(readJson(join(out, 'report', `${report}.json`))).toEqual(
      readJson(join(golden, 'tfc-w2a2', `${report}.json`)),
    );
  }
  const graph = readHardwareGraph(await readFile(join(out, 'model', 'dataflow.onnx')));
  expect(describeNodes(graph)).toEqual(readJson(join(golden, 'tfc-w2a2', 'dataflow_nodes.json')));
});

test('without a folding the graph is estimated as it is', async () => {
  const { result } = await runStage(estimate, directory, inputs, { params: { folding: null, target } });
  expect(result).toMatchObject({
    ok: true,
    summary: '10 BRAM18, 1573 LUT, 0 DSP; 1993 img/s at 100 MHz (MVAU_hls_0)',
  });
});

test('a wrong folding is told with all its problems', async () => {
  const wrong = { MVAU_hls_0: { PE: 3 }, MVAU_hls_7: { PE: 1 } };
  const { result } = await runStage(estimate, directory, inputs, { params: { folding: wrong, target } });
  expect(result).toMatchObject({
    ok: false,
    diagnostics: [
      {
        code: 'fold/unknown-layer',
        severity: 'error',
        message: 'the folding names MVAU_hls_7, which the network does not have',
        hint: 'did you mean MVAU_hls_0?',
        at: ['folding', 'MVAU_hls_7'],
      },
      {
        code: 'fold/illegal-value',
        severity: 'error',
        message: 'MVAU_hls_0.PE cannot be 3',
        hint: 'legal values are 1, 2, 4, 8, 16, 32, 64',
        at: ['folding', 'MVAU_hls_0', 'PE'],
      },
    ],
  });
});
