import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { examples, readJson } from '../finn/network.ts';
import { pipeline } from '../rig/command.ts';
import { copyOf, temporaryFolderForSuite, writeIn } from '../rig/project.ts';

const file = `version: 1
stages:
  preprocess:
    kind: finn/preprocess
    with: { model: model.onnx, specialize: specialize.json }
  estimate:
    kind: finn/estimate
    needs: { model: preprocess }
    with: { folding: folding.json }
  split:
    kind: split
    needs: { model: estimate }
    with: { strategy: manual, cuts: [{ after: MVAU_hls_0 }] }
  build:
    kind: finn/build
    foreach: split.submodels
  package:
    kind: package
    foreach: build.bitstreams
`;

type Folding = Readonly<Record<string, object>>;

const original = temporaryFolderForSuite();
beforeAll(async () => {
  for (const name of ['model.onnx', 'specialize.json', 'folding.json'])
    cpSync(join(examples, 'tfc-w2a2', name), join(original, name));
  writeIn(original, 'pipeline.yaml', file);
  expect((await pipeline(original, 'run')).code).toBe(0);
});

/** The smallest example in two submodels, MVAU_hls_0 and MVAU_hls_1 on both sides of the cut; built once. */
const built = () => copyOf(original);

/** Changes settings of layers, and splits again. */
async function refolded(folder: string, changes: Folding): Promise<void> {
  const path = join(folder, 'folding.json');
  const before = readJson<Folding>(path);
  const layers = Object.entries(changes).map(([name, settings]) => [name, { ...before[name], ...settings }]);
  writeFileSync(path, JSON.stringify({ ...before, ...Object.fromEntries(layers) }));
  expect((await pipeline(folder, 'run', 'split')).code).toBe(0);
}

async function why(folder: string, action: string): Promise<string> {
  return (await pipeline(folder, 'why', action)).out;
}

const way = ['  submodel changed, made by split:', '    model changed, made by estimate:'];
const linesOf = (...lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');

describe('why an item of a split is built again', () => {
  it('names what changed for it, not what changed for other items', async () => {
    const folder = built();
    await refolded(folder, { MVAU_hls_0: { PE: 8 }, MVAU_hls_1: { PE: 4 } });
    expect(await why(folder, 'build/0')).toBe(
      linesOf('build/0 would run:', ...way, '      folding MVAU_hls_0.PE 16 → 8'),
    );
    expect(await why(folder, 'build/1')).toBe(
      linesOf('build/1 would run:', ...way, '      folding MVAU_hls_1.PE 8 → 4'),
    );
    expect(await why(folder, 'split')).toBe(
      linesOf(
        'split is up to date; compared with its previous run:',
        '  model changed, made by estimate:',
        '    folding MVAU_hls_0.PE 16 → 8',
        '    folding MVAU_hls_1.PE 8 → 4',
      ),
    );
    const { out } = await pipeline(folder, 'run', '--json');
    expect(out).toContain('"reason":"folding MVAU_hls_0.PE 16 → 8 (estimate)"');
    expect(out).toContain('"reason":"folding MVAU_hls_1.PE 8 → 4 (estimate)"');
    expect(await why(folder, 'package/1')).toBe(
      linesOf(
        'package/1 is up to date; compared with its previous run:',
        '  bitstream changed, made by build/1:',
        ...way.map((line) => `  ${line}`),
        '        folding MVAU_hls_1.PE 8 → 4',
      ),
    );
  });

  it('leaves out what changed later for the other item', async () => {
    const folder = built();
    await refolded(folder, { MVAU_hls_0: { PE: 8 } });
    await pipeline(folder, 'run');
    await refolded(folder, { MVAU_hls_1: { PE: 4 } });
    expect(await why(folder, 'build/0')).toBe(
      linesOf(
        'build/0 is up to date; compared with its previous run:',
        ...way,
        '      folding MVAU_hls_0.PE 16 → 8',
      ),
    );
    expect(await why(folder, 'build/1')).toBe(
      linesOf('build/1 would run:', ...way, '      folding MVAU_hls_1.PE 8 → 4'),
    );
  });

  it('keeps what belongs to no item, such as a default for all layers', async () => {
    const folder = built();
    await refolded(folder, {
      Defaults: { ram_style_thresholds: ['block', ['MVAU_hls']] },
      MVAU_hls_1: { PE: 4 },
    });
    expect(await why(folder, 'build/0')).toBe(
      linesOf(
        'build/0 would run:',
        ...way,
        '      folding Defaults.ram_style_thresholds (none) → ["block",["MVAU_hls"]]',
      ),
    );
  });

  it('knows a layer on both sides of a cut that moved', async () => {
    const folder = built();
    const path = join(folder, 'pipeline.yaml');
    writeFileSync(path, file.replace('after: MVAU_hls_0', 'after: MVAU_hls_1'));
    await refolded(folder, { MVAU_hls_1: { PE: 4 }, MVAU_hls_2: { PE: 4 } });
    const [first, ...lines] = (await why(folder, 'build/0')).split('\n');
    expect(first).toBe('build/0 would run:');
    expect(lines.join('\n')).toContain('cuts 0.after MVAU_hls_0 → MVAU_hls_1');
    expect(lines.join('\n')).toContain('folding MVAU_hls_1.PE 8 → 4');
    expect(lines.join('\n')).not.toContain('MVAU_hls_2.PE');
  });

  it('names a change for another item if nothing else can have reached this one', async () => {
    const folder = built();
    writeIn(folder, 'pipeline.yaml', file.replace('after: MVAU_hls_0', 'after: MVAU_hls_3'));
    expect((await pipeline(folder, 'run')).code).toBe(0);
    // With weights that can be rewritten, the widest sum grows, which is what the LabelSelect behind the cut takes.
    await refolded(folder, { MVAU_hls_3: { runtime_writeable_weights: 1 } });
    expect(await why(folder, 'build/1')).toBe(
      linesOf('build/1 would run:', ...way, '      folding MVAU_hls_3.runtime_writeable_weights (none) → 1'),
    );
  });
});
