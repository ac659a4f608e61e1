import { copyFileSync, cpSync, renameSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fingerprintOf } from '../../core/contracts/artifact.ts';
import type { StageKind } from '../../core/contracts/stage.ts';
import type { ActionSpec } from '../../core/contracts/types.ts';
import { labels } from '../rig/events.ts';
import { runEngine } from '../rig/engine.ts';
import { projectWith, temporaryFolder, writeIn } from '../rig/project.ts';

const spec: ActionSpec = {
  kind: 'finn/build',
  recipe: 1,
  params: { folding: { MVAU_hls_0: { PE: 8 } } },
  inputs: { submodel: 'a'.repeat(64), packages: ['b'.repeat(64), 'c'.repeat(64)] },
  tools: { finn: '1.6.1' },
  target: { board: 'zedboard', part: 'xc7z020clg484-1', clockMHz: 100 },
  run: { type: 'process', argv: ['sh', '-c', 'true'], env: { A: '1' }, templates: ['finn/run.py'] },
  outputs: ['bitstreams'],
};

describe('every field of a spec changes the fingerprint:', () => {
  const changed: readonly [string, ActionSpec][] = [
    ['kind', { ...spec, kind: 'shell' }],
    ['recipe', { ...spec, recipe: 2 }],
    ['a nested parameter', { ...spec, params: { folding: { MVAU_hls_0: { PE: 16 } } } }],
    ['an input', { ...spec, inputs: { ...spec.inputs, submodel: 'd'.repeat(64) } }],
    [
      'the name of an input',
      { ...spec, inputs: { part: spec.inputs['submodel']!, packages: spec.inputs['packages']! } },
    ],
    [
      'the order of a list of inputs',
      { ...spec, inputs: { ...spec.inputs, packages: ['c'.repeat(64), 'b'.repeat(64)] } },
    ],
    ['a tool version', { ...spec, tools: { finn: '1.6.2' } }],
    ['the board', { ...spec, target: { ...spec.target!, board: 'pynq-z1' } }],
    ['the part', { ...spec, target: { ...spec.target!, part: 'xc7z020clg400-1' } }],
    ['the clock', { ...spec, target: { ...spec.target!, clockMHz: 125 } }],
    ['the command', { ...spec, run: { ...spec.run, argv: ['sh', '-c', 'false'] } as ActionSpec['run'] }],
    ['the environment', { ...spec, run: { ...spec.run, env: { A: '2' } } as ActionSpec['run'] }],
    ['a template', { ...spec, run: { ...spec.run, templates: ['finn/walk.py'] } as ActionSpec['run'] }],
    ['a finisher', { ...spec, run: { ...spec.run, finish: 'judge' } as ActionSpec['run'] }],
    ['the way it runs', { ...spec, run: { type: 'builtin', name: 'x' } }],
    ['an output', { ...spec, outputs: ['bitstreams', 'report'] }],
  ];
  it.each(changed)('%s', (_, other) => {
    expect(fingerprintOf(other)).not.toBe(fingerprintOf(spec));
  });

  it('but not the order of keys', () => {
    const reversed = Object.fromEntries(Object.entries(spec).reverse()) as unknown as ActionSpec;
    expect(fingerprintOf(reversed)).toBe(fingerprintOf(spec));
  });
});

describe('what is not in a key', () => {
  const text = `version: 1
stages:
  folded: {kind: fold, with: {folding: folding.json}}
  copied: {kind: shell, with: {command: 'cp in/files/deep/data.txt out/x', inputs: [deep], outputs: [x]}}
`;
  const fold: StageKind = {
    kind: 'fold',
    recipe: 1,
    about: 'Keeps its parameter.',
    schema: {},
    files: { folding: { as: 'json' } },
    inputs: {},
    foreach: null,
    outputs: () => [{ port: 'kept' }],
    action: ({ params }) => ({
      params,
      tools: {},
      run: { type: 'process', argv: ['cp', 'in/params.json', 'out/kept'], env: {} },
    }),
  };
  const files = { 'folding.json': '{"MVAU_hls_0": {"PE": 8, "SIMD": 4}}', 'deep/data.txt': 'data\n' };
  const ran = async (folder: string, pipeline = text, kind = fold) =>
    labels((await runEngine(folder, pipeline, [kind])).events, 'action-started');

  it.each<[string, (folder: string) => string]>([
    [
      'a new time stamp',
      (folder) => (utimesSync(join(folder, 'deep/data.txt'), new Date(), new Date(2020, 1)), text),
    ],
    [
      'a new inode',
      (folder) => (
        copyFileSync(join(folder, 'deep/data.txt'), join(folder, 'copy')),
        renameSync(join(folder, 'copy'), join(folder, 'deep/data.txt')),
        text
      ),
    ],
    ['a comment in pipeline.yaml', () => `# a comment\n${text}`],
    [
      'a reformatted folding file',
      (folder) => (writeIn(folder, 'folding.json', '{\n  "MVAU_hls_0": {"SIMD": 4,\n "PE": 8}}\n'), text),
    ],
    ['the name of a stage', () => text.replace('copied:', 'renamed:')],
    [
      'the name of a parsed file',
      (folder) => (
        renameSync(join(folder, 'folding.json'), join(folder, 'f.json')),
        text.replace('folding.json', 'f.json')
      ),
    ],
    ['a timeout', () => text.replace('{kind: fold,', '{kind: fold, timeout: 1 h,')],
  ])('%s', async (_, change) => {
    const folder = projectWith(files);
    await ran(folder);
    expect(await ran(folder, change(folder))).toEqual([]);
  });

  it('the path of the project', async () => {
    const folder = projectWith(files);
    await ran(folder);
    const other = join(temporaryFolder(), 'elsewhere');
    cpSync(folder, other, { recursive: true });
    expect(await ran(other)).toEqual([]);
  });

  it.each<[string, (folder: string) => { text: string; kind?: StageKind }, readonly string[]]>([
    [
      'a value in a parsed file',
      (folder) => (writeIn(folder, 'folding.json', '{"MVAU_hls_0": {"PE": 16, "SIMD": 4}}'), { text }),
      ['folded'],
    ],
    [
      'the contents of an input',
      (folder) => (writeIn(folder, 'deep/data.txt', 'datb\n'), { text }),
      ['copied'],
    ],
    ['the name of an input file', (folder) => (writeIn(folder, 'deep/more.txt', ''), { text }), ['copied']],
    ['the recipe of a kind', () => ({ text, kind: { ...fold, recipe: 2 } }), ['folded']],
    ['the command', () => ({ text: text.replace('cp in', 'cp -p in') }), ['copied']],
  ])('but %s is', async (_, change, expected) => {
    const folder = projectWith(files);
    await ran(folder);
    const { text: changed, kind } = change(folder);
    expect(await ran(folder, changed, kind)).toEqual(expected);
  });
});
