import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Resources } from '../../../finn/ops/op.ts';
import type { Board, Limits } from '../../../finn/split/board.ts';
import { sumResources } from '../../../finn/split/board.ts';
import type { SplitLayer } from '../../../finn/split/greedy.ts';
import { walkGreedily } from '../../../finn/split/greedy.ts';
import { amounts } from '../../../finn/synthesis/amounts.ts';
import type { Refusal } from '../../../base/refusal.ts';
import { Refusals } from '../../../base/refusal.ts';
import { golden, readJson } from '../network.ts';

const zedboard: Board = {
  name: 'zed0',
  type: 'zedboard',
  resources: { LUT: 53_200, BRAM_18K: 280, URAM: 0, DSP: 220, FF: 106_400 },
};
const whole: Limits = { LUT: 1, BRAM_18K: 1, URAM: 1, DSP: 1, FF: 1 };
const finnDefaults: Limits = { LUT: 0.7, BRAM_18K: 0.8, URAM: 1, DSP: 0.8, FF: 0.5 };

const mobilenet = Object.entries(
  readJson<{ [layer: string]: Resources }>(join(golden, 'mobilenetv1-w4a4', 'estimate_layer_resources.json')),
)
  .filter(([name]) => name !== 'total')
  .map(([name, resources]): SplitLayer => ({ name, resources: amounts(resources), cuttable: true }));

function layer(name: string, BRAM_18K: number, cuttable = true): SplitLayer {
  return { name, cuttable, resources: amounts({ BRAM_18K }) };
}

function board(name: string, BRAM_18K: number): Board {
  return { name, type: `type ${name}`, resources: amounts({ BRAM_18K }) };
}

function problemsOf(walk: () => unknown): readonly Refusal[] {
  try {
    walk();
  } catch (error) {
    return error instanceof Refusals ? error.problems : [error as Refusal];
  }
  return [];
}

test('MobileNetV1 becomes the six published submodels', () => {
  const ends = [...walkGreedily(mobilenet, [zedboard], whole), mobilenet.length - 1];
  const parts = ends.map((end, position) => {
    const layers = mobilenet.slice(position === 0 ? 0 : ends[position - 1]! + 1, end + 1);
    const { LUT, BRAM_18K, DSP } = sumResources(layers.map(({ resources }) => resources));
    return [layers[0]!.name, layers.at(-1)!.name, LUT, BRAM_18K, DSP];
  });
  expect(parts).toEqual([
    ['ConvolutionInputGenerator_rtl_0', 'Thresholding_rtl_11', 22_431, 110, 220],
    ['MVAU_rtl_6', 'Thresholding_rtl_17', 16_191, 149, 160],
    ['MVAU_rtl_9', 'Thresholding_rtl_23', 12_393, 191, 192],
    ['MVAU_rtl_12', 'Thresholding_rtl_25', 6_214, 127, 32],
    ['MVAU_rtl_13', 'Pool_hls_0', 3_420, 241, 64],
    ['MVAU_rtl_14', 'LabelSelect_hls_0', 0, 252, 16],
  ]);
});

test('with FINN’s own limits, the two layers that fit no board are named before anything is cut', () => {
  const problems = problemsOf(() => walkGreedily(mobilenet, [zedboard], finnDefaults));
  expect(problems.map(({ code, message, hint }) => [code, message, hint])).toEqual([
    [
      'split/layer-too-big',
      'MVAU_rtl_13 fits no board alone: it needs 228 BRAM_18K, zedboard has 224 (80 % of 280)',
      'raise the limit of BRAM_18K to 0.815, fold it differently (PE, SIMD, ram_style, resType) or use a larger board',
    ],
    [
      'split/layer-too-big',
      'MVAU_rtl_14 fits no board alone: it needs 252 BRAM_18K, zedboard has 224 (80 % of 280)',
      'raise the limit of BRAM_18K to 0.900, fold it differently (PE, SIMD, ram_style, resType) or use a larger board',
    ],
  ]);
});

test('layers that fill a board exactly stay on it', () => {
  expect(walkGreedily([layer('a', 4), layer('b', 6), layer('c', 1)], [board('x', 10)], whole)).toEqual([1]);
});

test('layers that cannot be separated stay together', () => {
  const layers = [layer('a', 6), layer('b', 3, false), layer('c', 4), layer('d', 1)];
  expect(walkGreedily(layers, [board('x', 10)], whole)).toEqual([0]);
});

test('a group that cannot be separated and fits nowhere is named as one', () => {
  const layers = [layer('a', 6, false), layer('b', 3, false), layer('c', 4)];
  expect(
    problemsOf(() => walkGreedily(layers, [board('x', 10)], whole)).map(({ message }) => message),
  ).toEqual([
    'the group a to c, in which no cut is possible, fits no board alone: it needs 13 BRAM_18K, type x has 10',
  ]);
});

test('positions take the boards in turn', () => {
  const layers = [layer('a', 4), layer('b', 6), layer('c', 6), layer('d', 4), layer('e', 9)];
  expect(walkGreedily(layers, [board('small', 5), board('large', 12)], whole)).toEqual([0, 2, 3]);
});

test('a layer whose position falls on too small a board is refused with the board’s name', () => {
  const layers = [layer('a', 9), layer('b', 9)];
  const walk = () => walkGreedily(layers, [board('large', 10), board('small', 5)], whole);
  expect(walk).toThrow(
    'b falls to position 1, which runs on small, and does not fit: it needs 9 BRAM_18K, type small has 5',
  );
});

test('a cluster without boards is refused', () => {
  expect(() => walkGreedily([layer('a', 1)], [], whole)).toThrow(
    'requires the boards of the cluster, but there are none',
  );
});

test('URAM is a resource like the others', () => {
  const ultra: SplitLayer = {
    name: 'a',
    cuttable: true,
    resources: amounts({ LUT: 1, URAM: 22 }),
  };
  expect(problemsOf(() => walkGreedily([ultra], [zedboard], whole)).map(({ message }) => message)).toEqual([
    'a fits no board alone: it needs 22 URAM, zedboard has 0',
  ]);
});
