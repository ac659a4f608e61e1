import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { pipeline } from '../rig/command.ts';
import { parseEvents } from '../rig/events.ts';
import { projectWith, temporaryFolderForSuite } from '../rig/project.ts';
import { root } from '../rig/sources.ts';

interface Facts {
  readonly submodels: readonly {
    readonly board: string;
    readonly layers: readonly { readonly name: string; readonly cycles: number }[];
    readonly used: { readonly [kind: string]: { readonly amount: number; readonly share: number | null } };
    readonly pace: { readonly interval: number; readonly isEstimate: boolean };
    readonly cut: string | null;
    readonly inputBytes: number;
    readonly outputBytes: number;
  }[];
  readonly idle: readonly string[];
  readonly image: { readonly cycles: number; readonly alone: number; readonly transferred: number };
}

const factsIn = (out: string) => parseEvents(out)[0] as unknown as Facts;

describe('pipeline show', () => {
  let folder: string;
  const edit = (from: string, to: string) => {
    const path = join(folder, 'pipeline.yaml');
    writeFileSync(path, readFileSync(path, 'utf8').replace(from, to));
  };
  beforeAll(async () => {
    folder = temporaryFolderForSuite();
    cpSync(join(root, 'examples/tfc-w2a2'), folder, { recursive: true });
    expect(await pipeline(folder, 'run', 'build', 'build.timing')).toMatchObject({ code: 0 });
  });

  it('says of a split what each board takes, where it is cut, what crosses the cut and what an image costs', async () => {
    const { code, out } = await pipeline(folder, 'show', 'split');
    expect(code).toBe(0);
    const { submodels, idle, image } = factsIn((await pipeline(folder, 'show', 'split', '--json')).out);
    const [first, second] = submodels as [Facts['submodels'][0], Facts['submodels'][0]];
    expect(idle).toEqual([]);
    // 784 pixels of 8 bits come in, a class comes out, and 64 activations of 2 bits cross the cut.
    expect([first.inputBytes, first.outputBytes, second.inputBytes, second.outputBytes]).toEqual([
      784, 16, 16, 1,
    ]);
    expect(first.layers.at(-1)!.name).toBe('MVAU_hls_0');
    expect(first.cut).toBe('by hand');
    expect(first.used['LUT']!.share).toBeCloseTo(first.used['LUT']!.amount / 53200, 4);
    expect(image).toMatchObject({
      cycles: first.pace.interval + second.pace.interval,
      alone: Math.max(first.pace.interval, second.pace.interval),
      transferred: 16,
    });
    expect([first, second].some(({ pace }) => pace.isEstimate)).toBe(false);
    expect(out).toContain('2 submodels at 100 MHz\n');
    expect(out).toContain('MVAU_hls_0; 16 B an image go on to zed1. Cut: by hand\n');
    expect(out).toContain('by simulation: each board works on the whole batch before the next one begins');
  });

  it('says of an estimate which submodel each layer is in', async () => {
    const { out } = await pipeline(folder, 'show', 'estimate', '--json');
    const { layers } = parseEvents(out)[0] as unknown as {
      readonly layers: readonly {
        readonly name: string;
        readonly submodel: number;
        readonly cycles: number;
      }[];
    };
    const { submodels } = factsIn((await pipeline(folder, 'show', 'split', '--json')).out);
    expect(layers.map(({ name, submodel, cycles }) => [name, submodel, cycles])).toEqual(
      submodels.flatMap((submodel, position) =>
        submodel.layers.map(({ name, cycles }) => [name, position, cycles]),
      ),
    );
  });

  it('lists what other stages made, what that took, and how to get it', async () => {
    const { out } = await pipeline(folder, 'show', 'build');
    expect(out).toMatch(/^build \(finn\/build\) EMULATED\n/);
    expect(out).toMatch(/\nbuild\/0\.bitstreams +\d+ +\d.* k?B +\d.* m?s/);
    expect(out).toContain('\npipeline get build copies them into a folder\n');
    expect((await pipeline(folder, 'show', 'build/1')).out).not.toContain('build/0');
    expect((await pipeline(folder, 'show', 'verify')).out).toContain('verify: ');
  });

  it('draws a split, and nothing else', async () => {
    expect(await pipeline(folder, 'show', 'split', '--svg', 'split.svg')).toMatchObject({ code: 0 });
    expect(readFileSync(join(folder, 'split.svg'), 'utf8')).toContain('>0  zed0 (zedboard)</text>');
    expect((await pipeline(folder, 'show', 'split', '--svg', 'split.svg')).error).toContain(
      'usage/file-exists',
    );
    expect((await pipeline(folder, 'show', 'build', '--svg', 'b.svg')).error).toContain('usage/no-picture');
  });

  it('refuses what has no result, and the name of an output', async () => {
    const empty = projectWith({ 'pipeline.yaml': readFileSync(join(folder, 'pipeline.yaml')) });
    expect((await pipeline(empty, 'show', 'split')).error).toContain('pipeline run split makes it');
    expect((await pipeline(folder, 'show', 'split.report')).error).toContain(
      'pipeline get split.report copies it',
    );
  });

  it('says which resource decided a cut, and which board stays idle', async () => {
    edit('strategy: manual, cuts: [{ after: MVAU_hls_0 }]', 'strategy: greedy, limits: { BRAM_18K: 0.16 }');
    edit(
      '  zed1: { board: zedboard }\n',
      '  zed1: { board: zedboard }\n  zed2: { board: zedboard }\n  zed3: { board: zedboard }\n  zed4: { board: zedboard }\n',
    );
    const { code, out: run } = await pipeline(folder, 'run', 'split');
    expect([code, run]).toEqual([0, run]);
    const { submodels, idle } = factsIn((await pipeline(folder, 'show', 'split', '--json')).out);
    expect(submodels.length).toBeGreaterThan(1);
    expect(idle).toEqual(['zed0', 'zed1', 'zed2', 'zed3', 'zed4'].slice(submodels.length));
    for (const { cut, board, used } of submodels.slice(0, -1)) {
      const [, needed] = /^with the next layers? it would need (\d+) BRAM_18K, and (zed\d) has 44$/.exec(
        cut!,
      )!;
      expect(cut).toContain(`and ${board} has`);
      expect(Number(needed)).toBeGreaterThan(44);
      expect(used['BRAM_18K']!.amount).toBeLessThanOrEqual(44);
    }
    expect((await pipeline(folder, 'show', 'split')).out).toContain(' idle: all layers fit on ');
  });
});

describe('the picture in README', () => {
  it('is what the command draws of the shipped example', async () => {
    const folder = temporaryFolderForShipped();
    expect(await pipeline(folder, 'run', 'split')).toMatchObject({ code: 0 });
    await pipeline(folder, 'show', 'split', '--svg', 'split.svg');
    expect(readFileSync(join(folder, 'split.svg'), 'utf8')).toBe(
      readFileSync(join(root, 'docs/pictures/split.svg'), 'utf8'),
    );
  });
});

function temporaryFolderForShipped(): string {
  const folder = projectWith({ 'pipeline.yaml': readFileSync(join(root, 'pipeline.yaml')) });
  cpSync(join(root, 'examples/cnv-w2a2'), join(folder, 'examples/cnv-w2a2'), { recursive: true });
  return folder;
}
