import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { buildEmulated } from '../../../stages/finn/build/work.ts';
import { cutParts, temporaryDirectory } from '../../boards/fixture.ts';
import { runStage } from '../stage.ts';

let directory: string;
beforeEach(async () => {
  const temporary = await temporaryDirectory();
  directory = temporary.path;
  return temporary.remove;
});

const target = { board: 'zedboard', part: 'xc7z020clg484-1', clockMHz: 100 };
const resources = { LUT: 100, BRAM_18K: 3, DSP: 0, URAM: 0 };

test('a submodel becomes an emulated bitstream', async () => {
  const [part] = await cutParts();
  const { model, input, output, cycles } = part!;
  const submodel = JSON.stringify({ id: 'abc', input, output, cycles, resources, nodes: {} });
  const inputs = { 'submodel/submodel.onnx': model, 'submodel/submodel.json': submodel };
  const { result, out } = await runStage(buildEmulated, directory, inputs, { params: { target } });
  expect(result).toEqual({
    ok: true,
    emulated: true,
    summary: 'EMULATED: an executable model of 7 layers',
  });
  expect(JSON.parse(await readFile(join(out, 'bitstreams/bitstream.json'), 'utf8'))).toEqual({
    format: 1,
    emulated: true,
    submodel: 'abc',
    ...target,
    input,
    output,
    cycles,
    resources,
  });
  expect(Uint8Array.from(await readFile(join(out, 'bitstreams/model.onnx')))).toEqual(Uint8Array.from(model));
});

test('a submodel that cannot be read is refused', async () => {
  const inputs = { 'submodel/submodel.onnx': 'nonsense', 'submodel/submodel.json': '{}' };
  const { result } = await runStage(buildEmulated, directory, inputs, { params: { target } });
  expect(result).toMatchObject({ ok: false, diagnostics: [{ code: 'onnx/not-onnx', severity: 'error' }] });
});
