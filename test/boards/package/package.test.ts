import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { boardType } from '../../../boards/data.ts';
import { makePackage, readPackage, writePackage } from '../../../boards/package/directory.ts';
import type { PackageDescription } from '../../../boards/package/format.ts';
import { parseDescription } from '../../../boards/package/format.ts';
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
  versions: { finn: '1.6.1', vivado: 'vivado v2024.2 (64-bit)' },
  bitstream: { design: 'top_wrapper;Version=2024.2' },
};
const payload = new Map([
  ['model.onnx', Buffer.from('model')],
  ['sub/more.bin', Buffer.of(1, 2)],
]);
const refusal = (code: string, message: string) =>
  expect.objectContaining({ code, message: expect.stringContaining(message) as string }) as Error;

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'package-'));
  return () => rm(directory, { recursive: true });
});

describe('a package', () => {
  test('reads back as it was written; its id is the sha256 of package.json', async () => {
    const made = makePackage(about, payload);
    await writePackage(directory, made);
    expect(await readPackage(directory, 'it', made.id)).toEqual(made);
    const bytes = await readFile(join(directory, 'package.json'));
    expect(made.id).toBe(createHash('sha256').update(bytes).digest('hex'));
  });

  test("describes its boundaries in FINN's packed shapes", async () => {
    await writePackage(directory, makePackage(about, payload));
    const text = await readFile(join(directory, 'package.json'), 'utf8');
    expect(JSON.parse(text)).toMatchObject({ input: { packed: [1, 1, 1] }, output: { packed: [1, 2, 1] } });
  });

  test('has the same id however it was assembled', () => {
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
    ['version of FINN', { versions: { ...about.versions, finn: '1.6.2' } }],
    ['version of Vivado', { versions: { ...about.versions, vivado: null } }],
    ['design', { bitstream: { design: null } }],
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
      refusal('package/missing-file', 'it is missing its file sub/more.bin'),
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
    [' '.repeat(2 ** 20 + 1), 'package/damaged', 'it is damaged: package.json'],
  ])('whose description is %s is refused', async (text, code, message) => {
    await writeFile(join(directory, 'package.json'), text);
    await expect(readPackage(directory, 'it')).rejects.toThrow(refusal(code, message));
  });

  test.each([
    ['another packed shape', /"packed": \[[^\]]*\]/, '"packed": [1, 1, 4]', 'must be [1, 1, 1]'],
    ['no packed shape', /"packed"/, '"other"', '"packed" is not an array'],
    ['no versions', /"versions"/, '"other"', '"versions" is not a JSON object'],
    ['a design that is not a text', /"design": "[^"]*"/, '"design": 1', '"design" is not a text or null'],
    ['no clock', /"clockMHz": 100/, '"clockMHz": 0', 'it has a clock of 0 MHz'],
  ])('with %s is refused', async (_, field, other, message) => {
    const text = Buffer.from(makePackage(about, payload).descriptionBytes).toString('utf8');
    await writeFile(join(directory, 'package.json'), text.replace(field, other));
    await expect(readPackage(directory, 'it')).rejects.toThrow(refusal('package/damaged', message));
  });

  test.each([
    ['a link out of it', (path: string) => symlink(process.execPath, path)],
    ['a link to the folder above', (path: string) => symlink('..', path)],
    ['a folder', (path: string) => mkdir(path)],
    ['a pipe without a writer', (path: string) => Promise.resolve(execFileSync('mkfifo', [path]))],
  ])('reads only regular files inside its folder, not %s', async (_, make) => {
    await writePackage(directory, makePackage(about, payload));
    await rm(join(directory, 'model.onnx'));
    await make(join(directory, 'model.onnx'));
    await expect(readPackage(directory, 'it')).rejects.toThrow(
      refusal('package/illegal-path', 'model.onnx of it is not a file in its folder'),
    );
  });

  test('lacks a file if its folder is a file, or if a link is dangling', async () => {
    await writePackage(directory, makePackage(about, payload));
    await rm(join(directory, 'sub'), { recursive: true });
    await writeFile(join(directory, 'sub'), '');
    const missing = refusal('package/missing-file', 'it is missing its file sub/more.bin');
    await expect(readPackage(directory, 'it')).rejects.toThrow(missing);
    await rm(join(directory, 'sub'));
    await symlink('nowhere', join(directory, 'sub'));
    await expect(readPackage(directory, 'it')).rejects.toThrow(missing);
  });

  test.each(['../escape', '/etc/passwd', 'a//b', 'package.json', 'a\\b', 'a\0b'])(
    'cannot hold a file %s',
    (path) => {
      expect(() => makePackage(about, new Map([[path, Buffer.of(1)]]))).toThrow(
        refusal('package/illegal-path', path),
      );
    },
  );

  test('cannot hold a file that no board could load', () => {
    const { descriptionBytes } = makePackage(about, payload);
    const text = Buffer.from(descriptionBytes)
      .toString()
      .replace(/"size": \d+/, '"size": 3221225472');
    expect(() => parseDescription(Buffer.from(text), 'it')).toThrow(
      refusal('package/damaged', 'it names a file of 3221225472 bytes'),
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

describe('whether a board can load', () => {
  const { description } = makePackage(about, payload);
  const real = { ...description, emulated: false };
  const board = (emulated: boolean) => ({ name: 'zed0', type: boardType('zedboard'), emulated });

  test('what was built for it: yes', () => {
    expect(() => checkLoadable(description, board(true))).not.toThrow();
    expect(() => checkLoadable(real, board(false))).not.toThrow();
  });

  test('a real bitstream on an emulated board: no', () => {
    expect(() => checkLoadable(real, board(true))).toThrow(
      refusal('package/not-emulated', 'zed0 is an emulated board and cannot load a bitstream'),
    );
  });

  test('what was made without Vivado on a real board: no', () => {
    expect(() => checkLoadable(description, board(false))).toThrow(
      refusal(
        'package/emulated',
        'zed0 is a real board and cannot load a package that was made without Vivado',
      ),
    );
  });

  test.each([true, false])('a package for another board or part: no (emulated: %s)', (emulated) => {
    const other = { ...description, emulated, board: 'pynq-z1', part: 'xc7z020clg400-1' };
    expect(() => checkLoadable(other, board(emulated))).toThrow(
      refusal(
        'package/other-board',
        'built for pynq-z1 (xc7z020clg400-1), but zed0 is a zedboard (xc7z020clg484-1)',
      ),
    );
    expect(() => checkLoadable({ ...other, board: 'zedboard' }, board(emulated))).toThrow(
      refusal('package/other-board', 'built for zedboard (xc7z020clg400-1)'),
    );
  });
});
