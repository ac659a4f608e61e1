import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Refusal } from '../../../base/refusal.ts';
import { prepare } from '../../../finn/execute/run.ts';
import { lower } from '../../../finn/lower/lower.ts';
import type { Pair } from '../../../finn/original/compare.ts';
import { compareWithOriginal } from '../../../finn/original/compare.ts';
import type { OnnxModel } from '../../../onnx/model.ts';
import { readModel } from '../../../onnx/read.ts';
import { prepareNetwork } from '../../../qonnx/network.ts';
import { tidy } from '../../../qonnx/tidy/index.ts';
import { runHost } from '../../../stages/shared/host.ts';
import { golden, readJson } from '../network.ts';

/** What torch makes of a network's inputs; written by export.py beside it. */
interface Idiom {
  readonly name: string;
  readonly words: string;
  readonly inputs: readonly (readonly number[])[];
  readonly outputs: readonly (readonly number[])[];
}

const folder = join(golden, 'brevitas');
const refused: ReadonlySet<string> = new Set([
  'sigmoid',
  'tanh',
  'leaky-relu',
  'groups',
  'average-of-windows',
  'truncated-average',
  'transposed-convolution',
  'separate-quantisers',
]);
const idioms = readJson<readonly Idiom[]>(join(folder, 'idioms.json'));
const accepted = idioms.filter(({ name }) => !refused.has(name));

test.each(accepted)('$name: the lowered network computes what torch does', ({ name, inputs, outputs }) => {
  const model = networkOf(name);
  const { graph, host, quantisers } = lower(model, 'xc7z020clg484-1', null);
  const pair: Pair = { original: prepareNetwork(model), boards: prepare(graph), quantisers };
  const ends = runHost(host);
  const { shape } = host.part.input;
  for (const [index, values] of inputs.entries()) {
    const given = { elementType: 'float32', shape, values: Float32Array.from(values) } as const;
    const { returned, difference } = compareWithOriginal(pair, given, ends.toBoards(given));
    expect(difference).toBeNull();
    const [found] = ends.fromBoards(returned);
    expect(found!.values).toHaveLength(outputs[index]!.length);
    for (const [place, value] of outputs[index]!.entries())
      expect(found!.values[place]).toBeCloseTo(value, 5);
  }
});

test.each([...refused])('%s is refused', (name) => {
  expect(() => lower(networkOf(name), 'xc7z020clg484-1', null)).toThrow(Refusal);
});

test('the values of the network with a file beside it are in that file', () => {
  const bytes = readFileSync(join(folder, 'dynamo.onnx'));
  expect(() => readModel(bytes)).toThrow(/dynamo\.onnx\.data/);
  const data = readFileSync(join(folder, 'dynamo.onnx.data'));
  const read = (values: Uint8Array) => readModel(bytes, () => values).graph.initializers;
  const [right, other] = [read(data), read(Uint8Array.from(data, () => 0))];
  expect([...right.values()].filter(({ values }) => values.some((value) => Number(value) !== 0))).not.toEqual(
    [],
  );
  for (const { values } of other.values()) expect(values.every((value) => Number(value) === 0)).toBe(true);
});

function networkOf(name: string): OnnxModel {
  const read = (file: string): Uint8Array => readFileSync(join(folder, file));
  return tidy(readModel(read(`${name}.onnx`), read)).model;
}
