import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readModel } from '../../../onnx/read.ts';
import { writeModel } from '../../../onnx/write.ts';
import { preprocess } from '../../../stages/finn/preprocess/work.ts';
import type { Outcome } from '../stage.ts';
import { outcomeOf } from '../stage.ts';
import type { Json } from '../../../base/json.ts';
import { readHardwareGraph } from '../../../finn/dialect/read.ts';

const example = join(import.meta.dirname, '../../../examples/tfc-w2a2');
let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'preprocess-'));
  await mkdir(join(directory, 'in/model'), { recursive: true });
  await cp(join(example, 'model.onnx'), join(directory, 'in/model/model.onnx'));
});

afterEach(() => rm(directory, { recursive: true }));

async function run(specialize: Json, log: (line: string) => void = () => undefined): Promise<Outcome> {
  const result = await preprocess({
    params: { specialize, part: 'xc7z020clg484-1' },
    inDir: join(directory, 'in'),
    outDir: join(directory, 'out'),
    world: null,
    exitCode: null,
    fileNames: {},
    log,
    now: () => 0,
    elapsed: () => 0,
  });
  return outcomeOf(result);
}

test('tfc-w2a2 becomes a hardware graph and a host part', async () => {
  const specialize = JSON.parse(await readFile(join(example, 'specialize.json'), 'utf8')) as Json;
  const lines: string[] = [];
  expect(await run(specialize, (line) => lines.push(line))).toEqual({
    ok: true,
    summary: '7 hardware layers',
    warnings: [],
  });
  const graph = readHardwareGraph(await readFile(join(directory, 'out/model/dataflow.onnx')));
  expect(graph.nodes.map((node) => node.name)).toEqual(lines);
  expect(lines).toContain('MVAU_hls_3');
  expect(JSON.parse(await readFile(join(directory, 'out/host/host.json'), 'utf8'))).toMatchObject({
    format: 2,
    outputs: [{ shape: [1, 1], datatype: 'UINT8', meaning: 'class' }],
  });
});

test('a layer that leads to no output is a warning', async () => {
  const path = join(directory, 'in/model/model.onnx');
  const model = readModel(await readFile(path));
  const { nodes } = model.graph;
  const layer = nodes.find(({ opType }) => opType === 'MatMul')!;
  const lost = { ...layer, name: 'Lost', outputs: ['lost'] };
  await writeFile(path, writeModel({ ...model, graph: { ...model.graph, nodes: [...nodes, lost] } }));
  expect(await run(null)).toMatchObject({
    ok: true,
    warnings: [
      {
        code: 'lower/unused-layer',
        message: 'Lost (MatMul) leads to no output of the network, and no hardware is made for it',
      },
    ],
  });
});

test('a choice that cannot be met is a warning', async () => {
  const result = await run({ LabelSelect_0: { preferred_impl_style: 'rtl' } });
  expect(result).toMatchObject({
    ok: true,
    warnings: [{ code: 'specialize/fallback', severity: 'warning' }],
  });
});

test('a binary layer whose accumulator FINN makes too narrow is a warning', async () => {
  const golden = join(import.meta.dirname, '../../golden/mlp/bipolar.onnx');
  await cp(golden, join(directory, 'in/model/model.onnx'));
  // MVAU_hls_0 counts to 12 in an INT5, which is wide enough.
  const warning = (layer: string): object => ({
    code: 'finn/binary-accumulator',
    severity: 'warning',
    message: `FINN gives ${layer} an accumulator of INT5, but it counts up to 16: results above 15 come out wrong`,
    hint: 'use 2-bit quantisers in front of it, or compare the classes with those of the original network',
  });
  expect(await run(null)).toEqual({
    ok: true,
    summary: '5 hardware layers',
    warnings: [warning('MVAU_hls_1'), warning('MVAU_hls_2')],
  });
});

test('a refused model is a diagnostic and leaves nothing behind', async () => {
  await writeFile(join(directory, 'in/model/model.onnx'), '');
  expect(await run(null)).toMatchObject({
    ok: false,
    diagnostics: [{ code: 'onnx/empty', severity: 'error' }],
  });
  await expect(readFile(join(directory, 'out/model/dataflow.onnx'))).rejects.toThrow('ENOENT');
});
