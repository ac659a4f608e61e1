import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { prepare } from '../../../finn/execute/run.ts';
import { lower } from '../../../finn/lower/lower.ts';
import { compareWithOriginal } from '../../../finn/original/compare.ts';
import { readModel } from '../../../onnx/read.ts';
import { modelPieces } from '../../../onnx/write.ts';
import { prepareNetwork } from '../../../qonnx/network.ts';
import { tidy } from '../../../qonnx/tidy/index.ts';
import { readNetwork } from '../../../stages/finn/read-network.ts';
import { runHost } from '../../../stages/shared/host.ts';
import { golden } from '../../finn/network.ts';

test.each([
  ['all nodes', () => 'node'],
  ['all nodes of one operator', (opType: string) => opType],
])('%s may have one name: each layer is compared with its own quantiser', async (_, nameOf) => {
  const model = readModel(readFileSync(join(golden, 'brevitas', 'shared-quantiser.onnx')));
  const nodes = model.graph.nodes.map((node) => ({ ...node, name: nameOf(node.opType) }));
  const inDir = mkdtempSync(join(tmpdir(), 'read-network-'));
  mkdirSync(join(inDir, 'model'));
  const bytes = Buffer.concat([...modelPieces({ ...model, graph: { ...model.graph, nodes } })]);
  writeFileSync(join(inDir, 'model', 'model.onnx'), bytes);
  const original = await readNetwork({ inDir, fileNames: {} });
  const { graph, host, quantisers } = lower(tidy(original).model, 'xc7z020clg484-1', null);
  const { shape } = host.part.input;
  const image = {
    elementType: 'float32',
    shape,
    values: Float32Array.from({ length: 192 }, (__, i) => i / 192),
  } as const;
  const pair = { original: prepareNetwork(original), boards: prepare(graph), quantisers };
  expect(quantisers.size).toBeGreaterThan(3);
  expect(compareWithOriginal(pair, image, runHost(host).toBoards(image)).difference).toBeNull();
});
