import { describe, expect, it } from 'vitest';
import type { ActionSpec } from '../../core/contracts/types.ts';
import { changedInputs, formatChange, specDifference } from '../../core/why/difference.ts';
import { causesOf, explanationLines } from '../../core/why/format.ts';
import { othersParts } from '../../core/why/parts.ts';
import type { Explanation } from '../../core/why/explain.ts';

const spec: ActionSpec = {
  kind: 'finn/estimate',
  recipe: 1,
  params: { folding: { MVAU_hls_1: { PE: 8, SIMD: 4 } }, cuts: [{ after: 'a' }, { after: 'b' }], count: 3 },
  inputs: { model: 'a'.repeat(64), packages: ['b'.repeat(64)] },
  tools: { finn: '1.6.1' },
  run: { type: 'builtin', name: 'estimate' },
  outputs: ['model'],
};
const changes = (after: Partial<ActionSpec>) => specDifference(spec, { ...spec, ...after }).map(formatChange);

describe('differences of specs, field by field', () => {
  it.each<[string, Partial<ActionSpec>, readonly string[]]>([
    ['none', {}, []],
    [
      'a folding value',
      { params: { ...spec.params, folding: { MVAU_hls_1: { PE: 16, SIMD: 4 } } } },
      ['folding MVAU_hls_1.PE 8 → 16'],
    ],
    [
      'an element of a list',
      { params: { ...spec.params, cuts: [{ after: 'a' }, { after: 'c' }] } },
      ['cuts 1.after b → c'],
    ],
    [
      'a list of another length',
      { params: { ...spec.params, cuts: [] } },
      ['cuts [{"after":"a"},{"after":"b"}] → []'],
    ],
    [
      'a parameter that went',
      { params: { folding: spec.params['folding']!, cuts: spec.params['cuts']! } },
      ['count 3 → (none)'],
    ],
    [
      'a tool and the recipe',
      { tools: { finn: '1.6.2' }, recipe: 2 },
      ['recipe 1 → 2', 'tools.finn 1.6.1 → 1.6.2'],
    ],
    [
      'a new target',
      { target: { board: 'zedboard', part: 'x', clockMHz: 100 } },
      ['target (none) → {"board":"zedboard","part":"x","clockMHz":100}'],
    ],
  ])('%s', (_, after, expected) => {
    expect(changes(after)).toEqual(expected);
  });

  const board = (name: string, DSP: number) => ({
    ...{ name, type: 'zedboard', part: 'xc7z020clg484-1', resources: { LUT: 53200, DSP } },
  });
  const boards = (...list: readonly ReturnType<typeof board>[]): ActionSpec => ({
    ...spec,
    params: { boards: list },
  });

  it('elements with names by these: which came, went, changed, or have another order', () => {
    const differ = (before: ActionSpec, after: ActionSpec) => specDifference(before, after).map(formatChange);
    const two = boards(board('a', 1), board('b', 2));
    expect(differ(two, boards(board('b', 220), board('c', 1)))).toEqual([
      'boards a removed',
      'boards b.resources.DSP 2 → 220',
      'boards c added',
    ]);
    expect(differ(two, boards(board('b', 2), board('a', 1)))).toEqual(['boards ["a","b"] → ["b","a"]']);
    expect(differ(boards(), boards(board('a', 1)))).toEqual(['boards a added']);
    expect(differ(boards(board('a', 1), board('a', 2)), boards(board('a', 1), board('a', 3)))).toEqual([
      'boards 1.resources.DSP 2 → 3',
    ]);
  });

  it('for long texts shows the part that differs', () => {
    const long = `sh ${'x'.repeat(100)} one ${'y'.repeat(100)}`;
    const text = formatChange({ field: 'run', before: long, after: long.replace('one', 'two') });
    expect(text).toMatch(/^run …x+ one y+… → …x+ two y+…$/);
  });

  it('leaves out what is under a name, wherever that is', () => {
    const after = { ...spec, params: { ...spec.params, folding: { MVAU_hls_1: { PE: 16 } }, count: 4 } };
    expect(specDifference(spec, after, (name) => name === 'MVAU_hls_1').map(formatChange)).toEqual([
      'count 3 → 4',
    ]);
  });

  it('names the inputs that differ', () => {
    expect(
      changedInputs(spec, { ...spec, inputs: { model: 'a'.repeat(64), packages: ['c'.repeat(64)] } }),
    ).toEqual(['packages']);
  });
});

it('a part that moved from one item to another belongs to both', () => {
  const [before, after] = [
    [['a', 'b'], ['c']],
    [['a'], ['b', 'c'], ['d']],
  ];
  const others = (position: number) => ['a', 'b', 'c', 'd', 'e'].filter(othersParts(before, after, position));
  expect([0, 1, 2].map(others)).toEqual([
    ['c', 'd'],
    ['a', 'd'],
    ['a', 'b', 'c'],
  ]);
});

describe('explanations', () => {
  const explanation: Explanation = {
    action: 'build/1',
    fields: [],
    inputs: [
      {
        port: 'submodel',
        from: 'split',
        files: [],
        because: {
          action: 'estimate',
          fields: [{ field: 'folding MVAU_hls_1.PE', before: 8, after: 16 }],
          inputs: [{ port: 'model', from: null, files: ['net.onnx'], because: null }],
        },
      },
    ],
  };

  it('are shown in one line by their causes', () => {
    expect(causesOf(explanation)).toEqual([
      'folding MVAU_hls_1.PE 8 → 16 (estimate)',
      'model changed: net.onnx (estimate)',
    ]);
  });

  it('name the stage that made something else for no known reason', () => {
    const inputs = [{ port: 'x', from: 'a', files: [], because: null }];
    const unexplained = { action: 'b', fields: [], inputs };
    expect(causesOf(unexplained)).toEqual(['a made something else']);
    expect(explanationLines(unexplained)).toEqual(['a made something else']);
  });

  it('are shown in steps back to the cause', () => {
    expect(explanationLines(explanation)).toEqual([
      'submodel changed, made by estimate:',
      '  folding MVAU_hls_1.PE 8 → 16',
      '  model changed: net.onnx',
    ]);
  });
});

describe('an action that another kind does now', () => {
  const emulated: ActionSpec = {
    ...spec,
    kind: 'finn/build',
    recipe: 1,
    tools: { backend: 'emulated' },
    inputs: { submodel: 'a'.repeat(64) },
  };
  const hardware: ActionSpec = {
    ...spec,
    kind: 'finn/implement',
    recipe: 3,
    tools: { vivado: '2022.2' },
    inputs: { hardware: 'b'.repeat(64) },
    outputs: ['bitstreams', 'report'],
  };

  it('has one change, which is what it is made with', () => {
    expect(specDifference(emulated, hardware).map(formatChange)).toEqual([
      'made with backend emulated → vivado 2022.2',
    ]);
    expect(changedInputs(emulated, hardware)).toEqual([]);
  });

  it('names the kinds if the tools do not tell them apart', () => {
    const bare = { ...hardware, tools: {} };
    expect(specDifference(emulated, bare).map(formatChange)).toEqual(['kind finn/build → finn/implement']);
  });

  it('still names an input that both have', () => {
    const both = { ...hardware, inputs: { submodel: 'c'.repeat(64) } };
    expect(changedInputs(emulated, both)).toEqual(['submodel']);
  });
});
