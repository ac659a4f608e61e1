import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { acquireLock } from '../../base/lock.ts';
import { readNpy } from '../../finn/npy.ts';
import { tfcImages } from '../finn/network.ts';
import { fileOf } from '../images/golden.ts';
import { pipeline } from '../rig/command.ts';
import { png } from '../rig/png.ts';
import { temporaryFolder, temporaryFolderForSuite, writeIn } from '../rig/project.ts';

const example = join(import.meta.dirname, '..', '..', 'examples', 'tfc-w2a2');
const pictures = tfcImages().map(({ data }) => png(28, 28, 1, Uint8Array.from(data)));
const rows = (out: string): readonly (readonly string[])[] =>
  out
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','));
let project: string;

beforeAll(async () => {
  project = temporaryFolderForSuite();
  cpSync(example, project, { recursive: true, filter: (path) => !path.includes('.pipeline') });
  expect((await pipeline(project, 'run', 'deploy')).code).toBe(0);
  writeIn(project, 'photos/b.PNG', pictures[1]!);
  writeIn(project, 'photos/a.png', pictures[0]!);
  writeIn(project, 'photos/c/d.png', pictures[2]!);
  writeIn(project, 'photos/readme.txt', 'no image');
  writeIn(project, 'photo.jpg', fileOf('grey.jpg'));
});

describe('pipeline infer', () => {
  it('runs arrays, pictures and folders in order, and names every result', async () => {
    const { code, out, error } = await pipeline(project, 'infer', 'photos', 'images.npy', '--count', '5');
    expect(code, error).toBe(0);
    expect(rows(out)).toEqual([
      ['image', 'emulated', 'class', 'name'],
      ['photos/a.png', 'true', '9', 'boot'],
      ['photos/b.PNG', 'true', '2', 'pullover'],
      ['photos/c/d.png', 'true', '1', 'trousers'],
      ['images.npy[0]', 'true', '9', 'boot'],
      ['images.npy[1]', 'true', '2', 'pullover'],
    ]);
    expect(error).toMatch(/^EMULATED: 5 images in [\d.]+ m?s\n$/);
  });

  it('returns what smoke expects, in batches of any size, as a .npy file', async () => {
    const file = join(temporaryFolder(), 'classes.npy');
    const { code, error } = await pipeline(project, 'infer', 'images.npy', '--batch', '33', '-o', file);
    expect(code, error).toBe(0);
    const expected = readNpy(readFileSync(join(example, 'expected.npy')), { name: 'expected' });
    expect([...readNpy(readFileSync(file), { name: file }).values]).toEqual([...expected.values]);

    expect((await pipeline(project, 'infer', 'images.npy', '-o', file)).error).toContain('usage/file-exists');
  });

  it('shows a table, and JSON for programs', async () => {
    const table = await pipeline(project, 'infer', 'photos/a.png', '--format', 'table');
    expect(table.out).toBe('image         class\nphotos/a.png  9 boot\n');
    const json = await pipeline(project, 'infer', 'photos/a.png', '--json');
    expect(JSON.parse(json.out)).toEqual({
      type: 'inference',
      image: 'photos/a.png',
      emulated: true,
      classes: [{ class: 9, name: 'boot' }],
    });
    expect(json.error).toBe('');
  });

  it('fits pictures only as declared', async () => {
    const { code, error } = await pipeline(project, 'infer', 'photo.jpg');
    expect(code).toBe(1);
    expect(error).toContain('photo.jpg has 45×37 pixels, but the network takes 28×28');
    expect(error).toContain('--resize 28 --crop 28x28');
    expect((await pipeline(project, 'infer', 'photo.jpg', '--resize', '28', '--crop', '28')).code).toBe(0);
    const small = await pipeline(project, 'infer', 'photo.jpg', '--resize', '30x29');
    expect(small.error).toContain('photo.jpg has 30×29 pixels after --resize and --crop');
  });

  it('writes the results before an image that is refused, and then says why', async () => {
    writeIn(project, 'mixed/1.png', pictures[0]!);
    writeIn(project, 'mixed/2.png', pictures[1]!.subarray(0, 90));
    const { code, out, error } = await pipeline(project, 'infer', 'mixed', '--batch', '1');
    expect(code).toBe(1);
    expect(rows(out).slice(1)).toEqual([['mixed/1.png', 'true', '9', 'boot']]);
    expect(error).toContain('EMULATED: 1 of 2 images');
    expect(error).toContain('mixed/2.png cannot be read');
  });

  it('cannot be misled by the name of a file', async () => {
    writeIn(project, 'odd/\u001b]0;title\u0007\n=.png', pictures[0]!);
    const table = await pipeline(project, 'infer', 'odd', '--format', 'table');
    expect(table.out.split('\n')).toHaveLength(3);
    expect(table.out).toContain('\\u001b]0;title\\u0007');
    const json = await pipeline(project, 'infer', 'odd', '--json');
    expect(JSON.parse(json.out)).toMatchObject({ image: 'odd/\u001b]0;title\u0007\n=.png' });
  });

  it.each([
    [['nothing.png'], 2, 'there is no file or folder nothing.png'],
    [['photos/c', '--top', '2'], 2, 'the network returns one class for an image, without scores'],
    [['photos/c', '--divide-by', '255'], 2, 'the network takes integers (UINT8)'],
    [['images.npy', '--resize', '28'], 2, 'are for PNG and JPEG'],
    [['photos/c', '--format', 'npy'], 2, 'name a file with --output'],
    [['photos/c', '--stage', 'smoke'], 2, 'there is no deploy stage "smoke"'],
    [['photos/c', '--crop', '20by20'], 2, 'must be a number of pixels'],
    [['photos/c', '--crop', '40'], 1, 'too few to crop 40×40'],
    [['model.onnx'], 1, 'model.onnx is neither a PNG nor a JPEG'],
    [[], 2, "missing required argument 'images'"],
  ] as const)('refuses %s', async (args, expected, message) => {
    const { code, out, error } = await pipeline(project, 'infer', ...args);
    expect(error).toContain(message);
    expect(code).toBe(expected);
    expect(out).toBe('');
  });

  it('refuses two formats on one output', async () => {
    const { code, out } = await pipeline(project, 'infer', 'photos/c', '--format', 'csv', '--json');
    expect(code).toBe(2);
    expect(JSON.parse(out)).toMatchObject({ type: 'diagnostic', code: 'usage/no-output' });
  });

  it('refuses while a run works in the project, which may be deploying', async () => {
    const lock = acquireLock(join(project, '.pipeline', 'lock'));
    const { code, error } = await pipeline(project, 'infer', 'photos');
    if (lock.type === 'held') lock.release();
    expect(code).toBe(3);
    expect(error).toContain(`a pipeline run (process ${process.pid} on `);
    expect((await pipeline(project, 'infer', 'photos')).code).toBe(0);
  });

  it('refuses a project that has deployed nothing, or another network than pipeline.yaml describes', async () => {
    const other = temporaryFolder();
    cpSync(example, other, { recursive: true, filter: (path) => !path.includes('.pipeline') });
    const nothing = await pipeline(other, 'infer', 'images.npy');
    expect(nothing.code).toBe(1);
    expect(nothing.error).toContain('error[infer/not-deployed]: nothing is deployed');
    expect(existsSync(join(other, '.pipeline', 'boards'))).toBe(false);

    mkdirSync(join(other, 'empty'));
    cpSync(join(project, '.pipeline'), join(other, '.pipeline'), { recursive: true });
    const text = readFileSync(join(other, 'pipeline.yaml'), 'utf8');
    writeFileSync(join(other, 'pipeline.yaml'), text.replace('100 MHz', '90 MHz'));
    const changed = await pipeline(other, 'infer', 'images.npy');
    expect(changed.code).toBe(1);
    expect(changed.error).toContain('infer/not-up-to-date');
  });
});
