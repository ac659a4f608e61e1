import { existsSync } from 'node:fs';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { estimate } from '../../../stages/finn/estimate/work.ts';
import { readHardwareGraph } from '../../../finn/dialect/read.ts';
import { writeHardwareGraph } from '../../../finn/dialect/write.ts';
import type { JsonObject } from '../../../base/json.ts';
import { describeNodes, examples, golden, readJson, unfoldedTfc } from '../../finn/network.ts';
import { product } from '../../integration/rig/rtl/faulty.ts';
import { matrix } from '../../integration/rig/rtl/matrices.ts';
import { seeded } from '../../rig/seeded.ts';
import { runStage } from '../stage.ts';

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
  ])
    expect(readJson(join(out, 'report', `${report}.json`))).toEqual(
      readJson(join(golden, 'tfc-w2a2', `${report}.json`)),
    );

  const graph = readHardwareGraph(await readFile(join(out, 'model', 'dataflow.onnx')));
  expect(describeNodes(graph)).toEqual(readJson(join(golden, 'tfc-w2a2', 'dataflow_nodes.json')));
});

test('written defaults change nothing in the graph', async () => {
  const modelOf = async (changes: JsonObject) => {
    const changed = { ...folding, MVAU_hls_1: { ...(folding['MVAU_hls_1'] as JsonObject), ...changes } };
    const { out } = await runStage(estimate, directory, inputs, { params: { folding: changed, target } });
    return readFile(join(out, 'model', 'dataflow.onnx'));
  };
  const before = await modelOf({});
  expect(await modelOf({ ram_style_thresholds: 'auto', runtime_writeable_weights: 0 })).toEqual(before);
  expect(await modelOf({ ram_style_thresholds: 'block' })).not.toEqual(before);
});

test('without a folding the graph is estimated as it is', async () => {
  const { result } = await runStage(estimate, directory, inputs, { params: { folding: null, target } });
  expect(result).toMatchObject({
    ok: true,
    summary: '10 BRAM18, 1573 LUT, 0 DSP; 1993 img/s at 100 MHz (MVAU_hls_0)',
  });
});

test('a wrong folding is reported with all its problems', async () => {
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

test('a rate becomes FINN’s folding, which is in the report as FINN writes it', async () => {
  const params = { folding: null, target_fps: 1e5, target };
  const { result, out } = await runStage(estimate, directory, inputs, { params });
  expect(result).toMatchObject({ ok: true, warnings: [] });
  expect(readJson(join(out, 'report', 'auto_folding_config.json'))).toEqual(
    readJson(join(golden, 'tfc-fps1e5', 'auto_folding_config.json')),
  );
  for (const report of [
    'estimate_layer_resources',
    'estimate_layer_config_alternatives',
    'estimate_layer_cycles',
    'estimate_network_performance',
  ])
    expect(readJson(join(out, 'report', `${report}.json`))).toEqual(
      readJson(join(golden, 'tfc-fps1e5', `${report}.json`)),
    );
});

test('a folding file chooses nothing, so that no file of a choice is written', async () => {
  const { out } = await runStage(estimate, directory, inputs, { params: { folding, target } });
  expect(existsSync(join(out, 'report', 'auto_folding_config.json'))).toBe(false);
});

test('UltraRAM for weights in the code of layers is reported as FINN estimates it, with one warning', async () => {
  const embedded = {
    MVAU_hls_0: { mem_mode: 'internal_embedded' },
    MVAU_hls_1: { mem_mode: 'internal_embedded' },
  };
  const { result, out } = await runStage(estimate, directory, inputs, {
    params: { folding: embedded, target },
  });
  const resources = readJson<{ readonly [layer: string]: { readonly URAM: number } }>(
    join(out, 'report', 'estimate_layer_resources.json'),
  );
  const [first, second] = [resources['MVAU_hls_0']!.URAM, resources['MVAU_hls_1']!.URAM];
  expect(first).toBeGreaterThan(0);
  expect(resources['total']!.URAM).toBe(first + second);
  expect(result).toMatchObject({
    ok: true,
    warnings: [
      {
        code: 'fold/phantom-uram',
        message: expect.stringContaining(`FINN estimates ${first + second} URAM`) as string,
      },
    ],
  });
});

test('a rate that a layer cannot meet is reported, with the rate that is reached', async () => {
  const slow = readHardwareGraph(inputs['model/dataflow.onnx']);
  const [reshape, ...nodes] = slow.nodes;
  expect(reshape!.opType).toBe('Reshape_rtl');
  const graph = { ...slow, nodes, inputs: reshape!.outputs };
  const params = { folding: null, target_fps: 1e7, target };
  const { result } = await runStage(
    estimate,
    directory,
    { 'model/dataflow.onnx': writeHardwareGraph(graph) },
    { params },
  );
  expect(result).toMatchObject({
    ok: true,
    warnings: [
      {
        code: 'fold/rate-missed',
        severity: 'warning',
        message:
          "10000000 img/s leave 10 cycles per image, but FINN's rule reduces MVAU_hls_0 to 49 at best; all layers are folded for that, which yields 2040816 img/s",
      },
    ],
  });
});

test('a rate with which FINN would fail later is refused at its place', async () => {
  const params = { folding: null, target_fps: 1e6, target };
  const { result } = await runStage(estimate, directory, inputs, { params });
  expect(result).toMatchObject({
    ok: false,
    diagnostics: [{ code: 'fold/rate-illegal', at: ['target_fps'] }],
  });
});

test('a stream that HLS cannot have is reported', async () => {
  const wide = { MVAU_hls_0: { SIMD: 784 } };
  const graph = readHardwareGraph(inputs['model/dataflow.onnx']);
  const nodes = graph.nodes.map((node) =>
    node.name === 'MVAU_hls_0'
      ? { ...node, attributes: { ...node.attributes, inputDataType: 'INT16' } }
      : node,
  );
  const tensor = graph.nodes.find(({ name }) => name === 'Thresholding_rtl_0')!.outputs[0]!;
  const tensors = new Map(graph.tensors);
  tensors.set(tensor, { ...tensors.get(tensor)!, datatype: 'INT16' });
  const widened = nodes.map((node) =>
    node.name === 'Thresholding_rtl_0'
      ? { ...node, attributes: { ...node.attributes, outputDataType: 'INT16' } }
      : node,
  );
  const { result } = await runStage(
    estimate,
    directory,
    { 'model/dataflow.onnx': writeHardwareGraph({ ...graph, nodes: widened, tensors }) },
    { params: { folding: wide, target } },
  );
  expect(result).toMatchObject({
    ok: true,
    warnings: [
      {
        code: 'fold/too-wide',
        message: 'MVAU_hls_0 streams 12544 bits per cycle; FINN cannot make HLS of more than 8191',
      },
    ],
  });
});

test('warns of a layer whose results FINN’s output queue loses, only where that queue is built', async () => {
  const graph = matrix(seeded(1), { MW: 6, SIMD: 1, MH: 4, PE: 1, vectors: 10 });
  const params = { folding: { MVAU_rtl_0: { SIMD: 6, PE: 1 } }, target };
  const given = { 'model/dataflow.onnx': writeHardwareGraph(graph) };
  const { result } = await runStage(estimate, directory, given, {
    params: { ...params, short_queues: 'warn' },
  });
  expect(result).toMatchObject({
    warnings: [
      {
        code: 'fold/short-queue',
        message:
          'MVAU_rtl_0 multiplies all 6 inputs at once: as FINN builds it, it loses results when they cannot leave',
        hint: 'set MVAU_rtl_0.SIMD to 3 or less, or use toolchain.mvau_queue: deep',
      },
    ],
  });
  const { result: silent } = await runStage(estimate, directory, given, { params });
  expect(silent).toMatchObject({ ok: true, warnings: [] });
});

test('warns of a layer that FINN’s RTL computes wrongly', async () => {
  const given = {
    'model/dataflow.onnx': writeHardwareGraph(product({ input: 'UINT4', weights: [1, 7, 3, 2] })),
  };
  const { result } = await runStage(estimate, directory, given, { params: { folding: null, target } });
  expect(result).toMatchObject({
    ok: true,
    warnings: [
      {
        code: 'fold/hardware-fault',
        severity: 'warning',
        message:
          'MVAU_rtl_0 has no negative weight, so FINN makes its weights UINT3, but its RTL reads them as signed: results are wrong',
        hint: 'set its preferred_impl_style to "hls" in the specialize file of finn/preprocess',
      },
    ],
  });
});
