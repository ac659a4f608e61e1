import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { boardType } from '../../../boards/data.ts';
import { makePackage, readPackage, writePackage } from '../../../boards/package/directory.ts';
import type { PackageDescription } from '../../../boards/package/format.ts';
import { checkLoadable } from '../../../boards/package/loadable.ts';
import { checkNeighbours } from '../../../boards/package/neighbours.ts';

type About = Omit<PackageDescription, 'format' | 'files'>;

const about: About = {
  submodel: 'a'.repeat(64),
  emulated: true,
  board: 'zedboard',
  part: 'xc7z020clg484-1',
  clockMHz: 100,
  input: { shape: [1, 4], datatype: 'INT2', folded: [1, 1, 4] },
  output: { shape: [1, 2], datatype: 'UINT4', folded: [1, 2, 1] },
  cycles: { perNode: { MVAU_hls_0: 8, Thresholding_rtl_0: 2 }, max: 8, total: 10 },
};
const payload = new Map([
  ['model.onnx', Buffer.from('model')],
  ['sub/more.bin', Buffer.of(1, 2)],
]);
const refusal = (code: string, message: string) =>
  expect.objectContaining({ code, message: expect.stringContaining(message) });

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'package-'));
  return () => rm(directory, { recursive: true });
});

describe('a package', () => {
  test('comes back as it was written, its id the sha256 of package.json', async () => {
    const made = makePackage(about, payload);
    await writePackage(directory, made);
    expect(await readPackage(directory, 'it', made.id)).toEqual(made);
    const bytes = await readFile(join(directory, 'package.json'));
    expect(made.id).toBe(createHash('sha256').update(bytes).digest('hex'));
  });

  test('has the same id however it was put together', () => {
    const perNode = { Thresholding_rtl_0: 2, MVAU_hls_0: 8 };
    const reversed = Object.fromEntries(Object.entries(about).reverse()) as unknown as About;
    const shuffled: About = { ...reversed, cycles: { total: 10, max: 8, perNode } };
    expect(makePackage(shuffled, new Map([...payload].reverse())).id).toBe(makePackage(about, payload).id);
  });

  test.each<[string, Partial<About>]>([
    ['submodel', { submodel: 'b' }],
    ['emulated', { emulated: false }],
    ['board', { board: 'pynq-z1' }],
    ['part', { part: 'xc7z020clg400-1' }],
    ['clock', { clockMHz: 50 }],
    ['input', { input: { ...about.input, datatype: 'INT3' } }],
    ['output', { output: { ...about.output, folded: [1, 1, 2] } }],
    ['cycles', { cycles: { ...about.cycles, total: 11 } }],
  ])('has another id with another %s', (_field, change) => {
    expect(makePackage({ ...about, ...change }, payload).id).not.toBe(makePackage(about, payload).id);
  });

  test('has another id with another payload', () => {
    const other = new Map(payload).set('sub/more.bin', Buffer.of(1, 3));
    expect(makePackage(about, other).id).not.toBe(makePackage(about, payload).id);
  });

  test('with a missing file is refused', async () => {
    await writePackage(directory, makePackage(about, payload));
    await rm(join(directory, 'sub/more.bin'));
    await expect(readPackage(directory, 'it')).rejects.toThrow(
      refusal('package/missing-file', 'it lacks its file sub/more.bin'),
    );
  });

  test.each(['Model', 'model, longer'])('with the payload "%s" instead is refused', async (text) => {
    await writePackage(directory, makePackage(about, payload));
    await writeFile(join(directory, 'model.onnx'), text);
    await expect(readPackage(directory, 'it')).rejects.toThrow(
      refusal('package/damaged', 'it is damaged: model.onnx'),
    );
  });

  test('under another id is refused', async () => {
    await writePackage(directory, makePackage(about, payload));
    await expect(readPackage(directory, 'it', '0'.repeat(64))).rejects.toThrow(
      refusal('package/damaged', 'it is damaged: package.json'),
    );
  });

  test.each([
    ['{"format":2}', 'package/unknown-format', 'it has package format 2; this version reads format 1'],
    ['{}', 'package/unknown-format', 'it has package format 0'],
    ['{"format":', 'package/damaged', 'it is not JSON'],
    ['{"format":1}', 'package/damaged', 'it: "submodel" is not a text'],
  ])('whose description is %s is refused', async (text, code, message) => {
    await writeFile(join(directory, 'package.json'), text);
    await expect(readPackage(directory, 'it')).rejects.toThrow(refusal(code, message));
  });

  test.each(['../escape', '/etc/passwd', 'a//b', 'package.json', 'a\\b'])('cannot hold a file %s', (path) => {
    expect(() => makePackage(about, new Map([[path, Buffer.of(1)]]))).toThrow(
      refusal('package/illegal-path', path),
    );
  });
});

describe('neighbours', () => {
  const described = (
    input: string,
    output: string,
    shape: readonly number[] = [1, 4],
  ): PackageDescription => ({
    ...makePackage(about, payload).description,
    input: { shape, datatype: input, folded: [1, 1, 4] },
    output: { shape, datatype: output, folded: [1, 4, 1] },
  });

  test('fit with equal normal shapes and datatypes, whatever their folding', () => {
    expect(() => checkNeighbours([described('INT8', 'INT2'), described('INT2', 'INT4')])).not.toThrow();
  });

  test('with another datatype are refused', () => {
    expect(() => checkNeighbours([described('INT8', 'INT2'), described('UINT2', 'INT4')])).toThrow(
      refusal(
        'package/neighbour-mismatch',
        'submodel 0 gives INT2 [1, 4], but submodel 1 takes UINT2 [1, 4]',
      ),
    );
  });

  test.each([[[1, 5]], [[1, 1, 4]]])('with the shape [%s] are refused', (shape) => {
    expect(() => checkNeighbours([described('INT8', 'INT2'), described('INT2', 'INT4', shape)])).toThrow(
      refusal('package/neighbour-mismatch', `submodel 1 takes INT2 [${shape.join(', ')}]`),
    );
  });
});

describe('an emulated board', () => {
  const { description } = makePackage(about, payload);
  const zedboard = boardType('zedboard');

  test('loads what was built for it', () => {
    expect(() => checkLoadable(description, zedboard, 'zed0')).not.toThrow();
  });

  test('refuses a real bitstream', () => {
    expect(() => checkLoadable({ ...description, emulated: false }, zedboard, 'zed0')).toThrow(
      refusal('package/not-emulated', 'zed0 is an emulated board and cannot load a bitstream'),
    );
  });

  test('refuses a package for another board or part', () => {
    const message = 'built for pynq-z1 (xc7z020clg400-1), but zed0 is a zedboard (xc7z020clg484-1)';
    const other = { ...description, board: 'pynq-z1', part: 'xc7z020clg400-1' };
    expect(() => checkLoadable(other, zedboard, 'zed0')).toThrow(refusal('package/other-board', message));
    expect(() => checkLoadable({ ...description, part: 'xc7z020clg400-1' }, zedboard, 'zed0')).toThrow(
      refusal('package/other-board', 'built for zedboard (xc7z020clg400-1)'),
    );
  });
});
