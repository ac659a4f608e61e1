import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { applyFolding, passedOver } from '../../../finn/fold/apply.ts';
import type { Refusal } from '../../../base/refusal.ts';
import { Refusals } from '../../../base/refusal.ts';
import { examples, readJson, unfoldedTfc } from '../network.ts';

const graph = unfoldedTfc();

function attributesOf(folding: unknown, name: string): object {
  return applyFolding(graph, folding).nodes.find((node) => node.name === name)!.attributes;
}

function problemsOf(folding: unknown): readonly (readonly [string, string, string | undefined])[] {
  try {
    applyFolding(graph, folding);
  } catch (error) {
    const problems = error instanceof Refusals ? error.problems : [error as Refusal];
    return problems.map(({ code, message, hint }) => [code, message, hint]);
  }
  return [];
}

test('known attributes keep their places, new ones follow in the order of the folding', () => {
  const before = Object.keys(graph.nodes[2]!.attributes);
  const after = attributesOf({ MVAU_hls_0: { resType: 'lut', SIMD: 49, ram_style: 'block' } }, 'MVAU_hls_0');
  expect(Object.keys(after)).toEqual([...before, 'resType', 'ram_style']);
  expect(after).toMatchObject({ PE: 1, SIMD: 49 });
});

test('the example’s folding is applied without complaint', () => {
  expect(problemsOf(readJson(join(examples, 'tfc-w2a2', 'folding.json')))).toEqual([]);
});

test('defaults come before the node’s own settings and only to their op types', () => {
  const folding = {
    Defaults: { ram_style: ['block', ['MVAU_hls'], 'ultra', ['Thresholding_hls']], PE: [1, 'all'] },
    MVAU_hls_1: { ram_style: 'auto', PE: 4 },
  };
  expect(attributesOf(folding, 'MVAU_hls_0')).toMatchObject({ ram_style: 'block', PE: 1 });
  expect(attributesOf(folding, 'MVAU_hls_1')).toMatchObject({ ram_style: 'auto', PE: 4 });
  expect(attributesOf(folding, 'LabelSelect_hls_0')).not.toHaveProperty('ram_style');
  expect(attributesOf(folding, 'Reshape_rtl_0')).toMatchObject({ PE: 1 });
});

test('a default with the name of an entry is ignored', () => {
  expect(problemsOf({ Defaults: { PE: [3, 'all'] }, PE: {} })).toEqual([
    [
      'fold/unknown-layer',
      'the folding names PE, which the network does not have',
      expect.stringContaining('known:'),
    ],
  ]);
});

describe('a folding for an older FINN', () => {
  const older = (folding: unknown) => {
    try {
      applyFolding(graph, folding);
    } catch (error) {
      const { code, message, at } = error as Refusal;
      return { code, message, at };
    }
    return null;
  };

  test('is refused once, with the names of today', () => {
    const folding = {
      Defaults: {},
      Thresholding_Batch_0: { PE: 49, ram_style: 'distributed' },
      StreamingFCLayer_Batch_0: { PE: 16, SIMD: 49, mem_mode: 'decoupled' },
      MatrixVectorActivation_2: { mem_mode: 'const' },
      MVAU_3: { PE: 3 },
      MVAU_hls_1: { inFIFODepth: 32, mem_mode: 'decoupled' },
      LabelSelect_Batch_0: { PE: 1 },
      StreamingDataWidthConverter_Batch_4: { impl_style: 'hls' },
    };
    expect(older(folding)).toEqual({
      code: 'fold/older-finn',
      message: [
        'the folding was written for an older FINN; today Thresholding_Batch_0 is Thresholding_rtl_0',
        ...['StreamingFCLayer_Batch_0 is MVAU_hls_0', 'mem_mode "decoupled" is "internal_decoupled"'],
        ...['MatrixVectorActivation_2 is MVAU_hls_2', 'mem_mode "const" is "internal_embedded"'],
        ...[
          'MVAU_3 is MVAU_hls_3',
          'inFIFODepth 32 is inFIFODepths [32]',
          'LabelSelect_Batch_0 is LabelSelect_hls_0',
        ],
      ].join(', '),
      at: ['folding', 'Thresholding_Batch_0'],
    });
  });

  test('whose defaults have values of then is refused there', () => {
    expect(older({ Defaults: { mem_mode: ['decoupled', ['MVAU_hls']] } })).toMatchObject({
      code: 'fold/older-finn',
      at: ['folding', 'Defaults', 'mem_mode'],
    });
    expect(older({ Defaults: { outFIFODepth: [32, 'all'] } })).toMatchObject({
      message: expect.stringContaining('today outFIFODepth 32 is outFIFODepths [32]') as string,
    });
  });

  test('names no layer if the network has fewer of a kind', () => {
    expect(problemsOf({ MVAU_0: {}, MVAU_4: {} }).map(([code, message]) => `${code}: ${message}`)).toEqual([
      'fold/unknown-layer: the folding names MVAU_0, which the network does not have',
      'fold/unknown-layer: the folding names MVAU_4, which the network does not have',
    ]);
  });

  test('of which the network has none of a kind is one for another network', () => {
    expect(problemsOf({ Vector_Vector_Activate_Batch_0: { PE: 4 }, StreamingFIFO_0: { depth: 2 } })).toEqual(
      [],
    );
  });
});

test('an unknown default is one mistake, at the defaults', () => {
  try {
    applyFolding(graph, { Defaults: { PEs: [2, 'all'] } });
    expect.unreachable();
  } catch (error) {
    expect(error).toMatchObject({
      code: 'fold/unknown-attribute',
      message: 'Reshape_rtl_0 has no attribute PEs',
      at: ['folding', 'Defaults', 'PEs'],
    });
  }
});

test('every problem of a file is named', () => {
  const folding = {
    MVAU_hls_00: { PE: 4 },
    MVAU_hls_0: { PE: 3, SIMD: 5, resType: 'bram', simd: 4 },
    MVAU_hls_1: { PE: '4', SIMD: 2.5, inFIFODepths: 32 },
    MVAU_hls_3: { PE: 4, MW: 64, ram_style: 'block' },
    Thresholding_rtl_0: { PE: 0, mem_mode: 'internal_embedded' },
    Reshape_rtl_0: { PE: 8 },
  };
  expect(problemsOf(folding).map(([code, message, hint]) => `${code}: ${message}; ${String(hint)}`)).toEqual([
    'fold/unknown-layer: the folding names MVAU_hls_00, which the network does not have; did you mean MVAU_hls_0?',
    'fold/illegal-value: Reshape_rtl_0.PE cannot be 8; legal values are 1, 2, 4, 7, 14, 28',
    expect.stringMatching(/^fold\/unknown-attribute: Thresholding_rtl_0 has no attribute mem_mode; known: /),
    expect.stringMatching(
      /^fold\/illegal-value: Thresholding_rtl_0\.PE cannot be 0; legal values are 1, 2, 4, 7, 8, /,
    ),
    'fold/unknown-attribute: MVAU_hls_0 has no attribute simd; did you mean SIMD?',
    'fold/illegal-value: MVAU_hls_0.PE cannot be 3; legal values are 1, 2, 4, 8, 16, 32, 64',
    expect.stringMatching(
      /^fold\/illegal-value: MVAU_hls_0\.SIMD cannot be 5; legal values are 1, 2, 4, 7, 8, /,
    ),
    'fold/illegal-value: MVAU_hls_0.resType cannot be "bram"; legal values are auto, lut, dsp',
    'fold/illegal-value: MVAU_hls_1.PE cannot be "4"; legal values are 1, 2, 4, 8, 16, 32, 64',
    'fold/illegal-value: MVAU_hls_1.SIMD cannot be 2.5; legal values are 1, 2, 4, 8, 16, 32, 64',
    'fold/illegal-value: MVAU_hls_1.inFIFODepths cannot be 32; legal values are lists of integers',
    expect.stringMatching(
      /^fold\/unknown-attribute: MW of MVAU_hls_3 follows from the network; a folding cannot set it; /,
    ),
    'fold/illegal-value: MVAU_hls_3.PE cannot be 4; legal values are 1, 2, 5, 10',
  ]);
});

test.each(['external', 'external_mem', 'dynamic'])('weights from memory are refused by name: %s', (mode) => {
  expect(problemsOf({ MVAU_hls_0: { mem_mode: mode } })).toEqual([
    [
      'finn/streamed-weights',
      `MVAU_hls_0 takes its weights from memory (mem_mode "${mode}"), through a second engine that boards do not drive`,
      'use mem_mode internal_decoupled or internal_embedded, and split the network over more boards if it does not fit',
    ],
  ]);
});

test.each([
  [[], 'a folding must be an object of layers'],
  [{ Defaults: 3 }, '"Defaults" must be an object of attributes'],
  [{ Defaults: { PE: [1] } }, 'the default of PE must be a list of pairs, each a value and its op types'],
  [
    { Defaults: { PE: [1, 'all', 2, ['MVAU_hls']] } },
    'the default of PE is for "all" op types and for some others',
  ],
  [{ Defaults: { PE: [1, 'MVAU_hls'] } }, 'the default of PE must name its op types by a list or "all"'],
  [{ MVAU_hls_0: 4 }, 'MVAU_hls_0 must be an object of attributes'],
])('a malformed folding is refused: %j', (folding, message) => {
  expect(() => applyFolding(graph, folding)).toThrow(`the folding cannot be read: ${message}`);
});

test('layers whose kind does not occur in the network are ignored', () => {
  const folding = { StreamingFIFO_rtl_3: { depth: 32 }, MVAU_hls_1: { PE: 4 } };
  expect(problemsOf(folding)).toEqual([]);
  expect(passedOver(graph, folding)).toEqual(['StreamingFIFO_rtl_3']);
  expect(attributesOf(folding, 'MVAU_hls_1')).toMatchObject({ PE: 4 });
});
