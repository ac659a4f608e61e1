import { readFileSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Package } from '../../boards/package/directory.ts';
import { makePackage, writePackage } from '../../boards/package/directory.ts';
import { realAbout, realPayload } from '../boards/package/drawn.ts';
import { examples } from '../finn/network.ts';
import { layoutOf } from '../../core/state/layout.ts';
import { openLedger } from '../../core/state/ledger.ts';
import { pipeline } from '../rig/command.ts';
import { parseEvents } from '../rig/events.ts';
import { temporaryFolder, temporaryFolderForSuite, writeIn } from '../rig/project.ts';

describe('pipeline inspect of a folder', () => {
  const made = makePackage(realAbout, realPayload());
  const sha = (path: string) => made.description.files.find((file) => file.path === path)!.sha256;
  let folder: string;
  const write = async (found: Package) => writePackage(join(folder, 'package'), found);
  beforeEach(() => {
    folder = temporaryFolder();
  });

  it('shows a package for a real board', async () => {
    await write(made);
    const { code, out, error } = await pipeline(folder, 'inspect', 'package');
    expect(error).toBe('');
    expect(code).toBe(0);
    expect(out.split('\n')).toEqual([
      `package    ${made.id}`,
      `submodel   ${'a'.repeat(64)}`,
      'board      zedboard (xc7z020clg484-1) at 133.333 MHz',
      'made by    FINN+ 1.6.1, vivado v2024.2 (64-bit)',
      'bitstream  top_wrapper;UserID=0XFFFFFFFF;Version=2024.2',
      '',
      '           input        output',
      'datatype   INT2         UINT4',
      'normal     [1, 784]     [1, 64]',
      'folded     [1, 49, 16]  [1, 4, 16]',
      'packed     [1, 49, 4]   [1, 4, 8]',
      'an image   196 B        32 B',
      '',
      'slowest    196 cycles, 0.001 ms (MVAU_hls_0)',
      'all        200 cycles, 0.002 ms',
      '',
      'engine     address     range   memory port',
      'idma0      0x40000000  4096 B  64 bits',
      'odma0      0x40001000  4096 B  32 bits',
      '',
      'file              bytes  sha256',
      `accelerator.json    334  ${sha('accelerator.json').slice(0, 12)}`,
      `bitstream.bin        16  ${sha('bitstream.bin').slice(0, 12)}`,
      '',
    ]);
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(await pipeline(folder, 'inspect', 'package/package.json')).toMatchObject({ code: 0, out });
  });

  it('reports it as JSON', async () => {
    await write(made);
    const { out } = await pipeline(folder, 'inspect', 'package', '--json');
    const { description } = made;
    expect(parseEvents(out)).toEqual([
      {
        type: 'package',
        id: made.id,
        ...description,
        input: { ...description.input, packed: [1, 49, 4], bytes: 196 },
        output: { ...description.output, packed: [1, 4, 8], bytes: 32 },
        accelerator: {
          clock: { fclk0MHz: 100, acceleratorMHz: 133.33333 },
          input: { name: 'idma0', address: 0x40000000, range: 4096, width: 64 },
          output: { name: 'odma0', address: 0x40001000, range: 4096, width: 32 },
        },
      },
    ]);
  });

  it('shows first that stand-ins made a package', async () => {
    await write(makePackage({ ...realAbout, emulated: true }, realPayload()));
    const { out } = await pipeline(folder, 'inspect', 'package');
    expect(out).toMatch(/^EMULATED: made without Vivado; no real board loads it\n\npackage /);
    expect(out).toContain('idma0      0x40000000');
  });

  it('shows no control characters of a package', async () => {
    await write(makePackage({ ...realAbout, submodel: 'a\u001b[2Jb\nc\rd' }, realPayload()));
    const { out } = await pipeline(folder, 'inspect', 'package');
    expect(out).toContain('submodel   ab\\ncd\n');
  });

  it('refuses packages that are damaged, missing or cannot be loaded', async () => {
    await write(made);
    writeIn(folder, 'package/bitstream.bin', 'other');
    const damaged = await pipeline(folder, 'inspect', 'package');
    expect(damaged).toMatchObject({ code: 1, out: '' });
    expect(damaged.error).toContain('error[package/damaged]: package is damaged: bitstream.bin');
    const told = await pipeline(folder, 'inspect', 'package', '--json');
    expect(JSON.parse(told.out)).toMatchObject({ type: 'diagnostic', code: 'package/damaged' });

    rmSync(join(folder, 'package'), { recursive: true });
    await write(makePackage(realAbout, realPayload({ 'bitstream.bin': Buffer.alloc(8) })));
    const wrong = await pipeline(folder, 'inspect', 'package');
    expect(wrong.error).toContain(
      'error[package/bad-bitstream]: the data in bitstream.bin have no sync word',
    );

    const empty = await pipeline(folder, 'inspect', '.');
    expect(empty).toMatchObject({ code: 1 });
    expect(empty.error).toContain('error[package/missing-file]: . is missing its file package.json');

    for (const path of ['package.json/x', 'a'.repeat(300)])
      expect(await pipeline(folder, 'inspect', path)).toMatchObject({
        code: 2,
        error: expect.stringContaining(`error[usage/no-package]: there is no folder ${path}\n`) as string,
      });

    const nowhere = await pipeline(folder, 'inspect', 'nowhere');
    expect(nowhere).toEqual({
      code: 2,
      out: '',
      error:
        'error[usage/no-package]: there is no folder nowhere\n  hint: name a folder with a package.json\n',
    });
  });
});

describe('pipeline inspect of an action', () => {
  const file = `version: 1
stages:
  preprocess: {kind: finn/preprocess, with: {model: model.onnx, specialize: specialize.json}}
  estimate: {kind: finn/estimate, needs: {model: preprocess}, with: {folding: folding.json}}
  split: {kind: split, needs: {model: estimate}, with: {strategy: manual, cuts: [{after: MVAU_hls_0}]}}
  build: {kind: finn/build, foreach: split.submodels}
  package: {kind: package, foreach: build.bitstreams}
`;
  let project: string;
  beforeAll(async () => {
    project = temporaryFolderForSuite();
    for (const name of ['model.onnx', 'specialize.json', 'folding.json'])
      writeIn(project, name, readFileSync(join(examples, 'tfc-w2a2', name)));
    writeIn(project, 'pipeline.yaml', file);
    expect(await pipeline(project, 'run')).toMatchObject({ code: 0 });
  });

  it('shows the last package that it made', async () => {
    const { code, out } = await pipeline(project, 'inspect', 'package/1');
    expect(code).toBe(0);
    expect(out).toContain('EMULATED: made without Vivado');
    expect(out).toContain('made by    the emulated back end\n');
    expect(out).toContain('normal     [1, 64]    [1, 1]\n');
    expect(out).toMatch(/\nmodel\.onnx +\d+ {2}[0-9a-f]{12}\n$/);
  });

  it.each([
    [
      'package/7',
      'usage/unknown-target',
      'there is no folder package/7, and no record of an action of that name',
      'did you mean package/0?',
    ],
    [
      'build/0',
      'usage/no-package',
      'build/0 made no package',
      'pipeline show build/0 shows what it made; name one of package/0, package/1',
    ],
  ])('refuses %s', async (label, code, message, hint) => {
    const { code: exit, error } = await pipeline(project, 'inspect', label);
    expect(exit).toBe(2);
    expect(error).toBe(`error[${code}]: ${message}\n  hint: ${hint}\n`);
  });

  it('says how to rebuild one that is no longer complete in the cache', async () => {
    const record = openLedger(layoutOf(project), null).entry('package/0')?.record;
    const { digest } = record!.outputs['package']!.files[0]!;
    truncateSync(join(project, '.pipeline', 'cache', 'cas', digest.slice(0, 2), digest), 1);
    const { code, error } = await pipeline(project, 'inspect', 'package/0');
    expect(code).toBe(1);
    expect(error).toBe(
      'error[cache/package-gone]: the package of package/0 is no longer complete in the cache\n  hint: pipeline run package/0 --force makes it again\n',
    );
    expect(await pipeline(project, 'run', 'package/0', '--force')).toMatchObject({ code: 0 });
    expect(await pipeline(project, 'inspect', 'package/0')).toMatchObject({ code: 0 });
  });
});
