import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { readPackage } from '../../boards/package/directory.ts';
import { packageBitstream } from '../../builtins/package.ts';
import { temporaryDirectory } from '../boards/fixture.ts';
import { runStage } from './stage.ts';

let directory: string;
beforeEach(async () => {
  const temporary = await temporaryDirectory();
  directory = temporary.path;
  return temporary.remove;
});

const boundary = { shape: [1, 4], datatype: 'INT2', folded: [1, 1, 4] };
const about = {
  submodel: 'abc',
  emulated: true,
  board: 'zedboard',
  part: 'xc7z020clg484-1',
  clockMHz: 100,
  input: boundary,
  output: boundary,
  cycles: { perNode: { MVAU_hls_0: 4 }, max: 4, total: 4 },
};
const bitstream = JSON.stringify({ format: 1, ...about, resources: { LUT: 1 } });

test('a bitstream becomes a package: what it is, and every other file with its sha256', async () => {
  const inputs = {
    'bitstream/bitstream.json': bitstream,
    'bitstream/model.onnx': 'model',
    'bitstream/report/timing.rpt': 'met',
  };
  const { result, out } = await runStage(packageBitstream, directory, inputs);
  const made = await readPackage(join(out, 'package'), 'the package');
  expect(result).toEqual({
    ok: true,
    emulated: true,
    summary: `EMULATED: package ${made.id.slice(0, 12)}, 8 bytes for zedboard`,
  });
  expect(JSON.parse(await readFile(join(out, 'package/package.json'), 'utf8'))).toEqual({
    format: 1,
    ...about,
    files: [
      {
        path: 'model.onnx',
        sha256: '9372c470eeadd5ecd9c3c74c2b3cb633f8e2f2fad799250a0f70d652b6b825e4',
        size: 5,
      },
      {
        path: 'report/timing.rpt',
        sha256: '6efcbfb1f9f195ced75feb43f202ab14a8cd87832cef086976b16658e23944a8',
        size: 3,
      },
    ],
  });
});

test('a real bitstream is not called emulated', async () => {
  const inputs = {
    'bitstream/bitstream.json': bitstream.replace('true', 'false'),
    'bitstream/a.bit': 'bits',
  };
  const { result } = await runStage(packageBitstream, directory, inputs);
  expect(result).toMatchObject({
    ok: true,
    emulated: false,
    summary: expect.stringMatching(/^package /) as string,
  });
});

test.each([
  ['{"format":2}', 'bitstream.json has format 2; this version reads format 1'],
  ['{"format":1}', 'bitstream.json: "submodel" is not a text'],
  ['?', 'bitstream.json is not JSON'],
])('the description %s is refused', async (text, message) => {
  const { result } = await runStage(packageBitstream, directory, { 'bitstream/bitstream.json': text });
  expect(result).toEqual({
    ok: false,
    diagnostics: [{ code: 'package/bad-bitstream', severity: 'error', message }],
  });
});
