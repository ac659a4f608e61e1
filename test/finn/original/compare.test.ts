import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { prepare } from '../../../finn/execute/run.ts';
import { lower } from '../../../finn/lower/lower.ts';
import { compareWithOriginal } from '../../../finn/original/compare.ts';
import { readModel } from '../../../onnx/read.ts';
import { prepareNetwork } from '../../../qonnx/network.ts';
import { tidy } from '../../../qonnx/tidy/index.ts';
import { runHost } from '../../../stages/shared/host.ts';
import { seeded } from '../../rig/seeded.ts';
import { golden } from '../network.ts';

test.each(['relu-1bit', 'bipolar'])('%s: bits are compared as what its quantisers make of them', (name) => {
  const model = readModel(readFileSync(join(golden, 'mlp', `${name}.onnx`)));
  const { graph, host, quantisers } = lower(tidy(model).model, 'xc7z020clg484-1', null);
  expect([...graph.tensors.values()].some(({ datatype }) => datatype === 'BINARY')).toBe(true);
  const pair = { original: prepareNetwork(model), boards: prepare(graph), quantisers };
  const { shape } = host.part.input;
  const random = seeded(3);
  const length = shape.reduce((product, extent) => product * extent, 1);
  for (let count = 0; count < 4; count++) {
    const values = Float32Array.from({ length }, () => Math.floor(256 * random()));
    const image = { elementType: 'float32', shape, values } as const;
    const given = runHost(host).toBoards(image);
    expect(compareWithOriginal(pair, image, given).difference).toBeNull();
  }
});
