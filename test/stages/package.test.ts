import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { readPackage } from '../../boards/package/directory.ts';
import { packageBitstream } from '../../stages/package/work.ts';
import { temporaryDirectory } from '../boards/fixture.ts';
import { bitfile } from '../vivado/bitfile.ts';
import { handoff } from '../vivado/handoff.ts';
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

test('a bitstream becomes a package: its description, and every other file with its sha256', async () => {
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
    summary: `EMULATED: package ${made.id.slice(0, 12)}, 8 B for zedboard`,
  });
  expect(JSON.parse(await readFile(join(out, 'package/package.json'), 'utf8'))).toEqual({
    format: 1,
    ...about,
    input: { ...boundary, packed: [1, 1, 1] },
    output: { ...boundary, packed: [1, 1, 1] },
    versions: { finn: null, vivado: null },
    bitstream: { design: null },
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

describe("of Vivado's files", () => {
  const versions = { finn: '1.6.1', vivado: 'vivado v2024.2 (64-bit)' };
  const left = {
    'bitstream/bitstream.json': JSON.stringify({ format: 1, ...about, emulated: false, versions }),
    'bitstream/finn-accel.bit': bitfile(),
    'bitstream/finn-accel.hwh': handoff(),
  };
  const packaged = (change: { readonly [path: string]: string | Uint8Array } = {}) =>
    runStage(packageBitstream, directory, { ...left, ...change });

  test('a package holds the bitstream as the kernel requires it, the engines, and nothing else', async () => {
    const { result, out } = await packaged();
    const { id, description, payload } = await readPackage(join(out, 'package'), 'the package');
    expect(result).toEqual({
      ok: true,
      emulated: false,
      summary: `package ${id.slice(0, 12)}, 336 B for zedboard at 100 MHz`,
    });
    expect(description).toMatchObject({
      emulated: false,
      versions,
      bitstream: { design: 'top_wrapper;UserID=0XFFFFFFFF;Version=2024.2' },
    });
    expect([...payload.keys()]).toEqual(['accelerator.json', 'bitstream.bin']);
    expect(Buffer.from(payload.get('bitstream.bin')!).toString('hex')).toBe('ffffffff665599aa');
    expect(JSON.parse(Buffer.from(payload.get('accelerator.json')!).toString())).toEqual({
      format: 2,
      clock: { fclk0MHz: 100, acceleratorMHz: 100 },
      inputs: [{ name: 'idma0', address: 0x40000000, range: 4096, width: 64 }],
      outputs: [{ name: 'odma0', address: 0x40001000, range: 4096, width: 64 }],
    });
  });

  test('is the same regardless of when they were written', async () => {
    const id = async (change: Parameters<typeof packaged>[0]) => {
      const { out } = await packaged(change);
      return (await readPackage(join(out, 'package'), 'the package')).id;
    };
    const later = {
      'bitstream/finn-accel.bit': bitfile({ date: '2027/01/01', time: '00:00:01' }),
      'bitstream/finn-accel.hwh': handoff().replace('Nov', 'Dec'),
    };
    expect(await id(later)).toBe(await id({}));
  });

  test('the output of a stand-in is packaged in the same way, and marked as emulated', async () => {
    const { result, out } = await packaged({
      'bitstream/bitstream.json': left['bitstream/bitstream.json'].replace('false', 'true'),
    });
    expect(result).toMatchObject({
      ok: true,
      emulated: true,
      summary: expect.stringMatching(/^EMULATED: /) as string,
    });
    const { description, payload } = await readPackage(join(out, 'package'), 'the package');
    expect(description.emulated).toBe(true);
    expect([...payload.keys()]).toEqual(['accelerator.json', 'bitstream.bin']);
  });

  const two = ['idma0', 'idma1', 'odma0'].map((name, at) => ({
    name,
    base: `0x4000${at}000`,
    high: `0x4000${at}FFF`,
  }));
  test.each<[string, { readonly [path: string]: string | Uint8Array }, string, string]>([
    [
      'several engines',
      { 'bitstream/finn-accel.hwh': handoff(two) },
      'package/bad-accelerator',
      'accelerator.json names 2 engines in inputs, idma0, idma1; only one is supported',
    ],
    [
      'a handoff without engines',
      { 'bitstream/finn-accel.hwh': handoff([]) },
      'vivado/no-engine',
      "the hardware handoff has no idma0, FINN's DMA engine for input",
    ],
    [
      'another part',
      { 'bitstream/finn-accel.bit': bitfile({ part: '7z020clg400' }) },
      'implement/wrong-part',
      'the bitstream is for 7z020clg400, not for xc7z020clg484-1',
    ],
    [
      'no sync word',
      { 'bitstream/finn-accel.bit': bitfile({ data: Buffer.alloc(8) }) },
      'vivado/bad-bitfile',
      'the .bit file holds data that have no sync word in the first 128 bytes',
    ],
  ])('with %s is refused', async (_, change, code, message) => {
    const { result } = await packaged(change);
    expect(result).toMatchObject({ ok: false, diagnostics: [{ code, message }] });
  });

  test.each(['finn-accel.bit', 'finn-accel.hwh'])('without %s is refused', async (missing) => {
    const files = Object.entries(left).filter(([path]) => path !== `bitstream/${missing}`);
    const { result } = await runStage(packageBitstream, directory, Object.fromEntries(files));
    const message = `the bitstream has no ${missing}`;
    expect(result).toMatchObject({ ok: false, diagnostics: [{ code: 'package/bad-bitstream', message }] });
  });
});

test('a bitstream that no board could load is refused', async () => {
  const { result } = await runStage(packageBitstream, directory, {
    'bitstream/bitstream.json': bitstream,
    'bitstream/notes.txt': 'x',
  });
  expect(result).toMatchObject({ ok: false, diagnostics: [{ code: 'package/no-payload' }] });
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
