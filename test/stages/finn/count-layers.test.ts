import { expect, test } from 'vitest';
import { countLayers } from '../../../stages/finn/estimate/count-layers.ts';
import { goldenChain, goldenNodes } from '../../finn/estimate/golden-chain.ts';

const target = { board: 'zedboard', part: 'xc7z020clg484-1', clockMHz: 100 };
const nodes = goldenNodes('mobilenetv1-w4a4');

/** Layers of MobileNetV1, whose weights are as narrow as those of the example. */
function firstLayers(count: number) {
  const graph = goldenChain(nodes.slice(0, count));
  const weights = graph.nodes.filter(({ opType }) => opType === 'MVAU_rtl').map(({ inputs }) => inputs[1]!);
  return { ...graph, parameters: new Map(weights.map((name) => [name, Float32Array.of(0)])) };
}

test('layers that fit a board by the estimates only are reported with both figures', () => {
  const { total, warnings } = countLayers(firstLayers(37), target, 'rtl');
  expect(total).toMatchObject({ DSP: 232 });
  expect(warnings).toMatchObject([
    {
      code: 'fold/models-differ',
      message:
        "the layers fit one zedboard by FINN's estimates, but not by its RTL: 220 DSP by FINN, 232 by the RTL, 220 available",
    },
  ]);
  expect(countLayers(firstLayers(31), target, 'rtl').warnings).toEqual([]);
});

test('if the estimates decide, nothing else is counted', () => {
  const { total, layers, warnings } = countLayers(firstLayers(37), target, 'finn');
  expect(total).toEqual({ LUT: 22_431, BRAM_18K: 110, URAM: 0, DSP: 220 });
  expect(Object.keys(layers[0]!)).toEqual(['LUT', 'BRAM_18K', 'URAM', 'DSP']);
  expect(warnings).toEqual([]);
});

test('flip-flops run short beyond half of the board', () => {
  expect(countLayers(firstLayers(37), target, 'rtl').isShortOfFlipFlops).toBe(false);
  expect(countLayers(firstLayers(nodes.length), target, 'rtl').isShortOfFlipFlops).toBe(true);
});
