import { expect, test } from 'vitest';
import type { HardwareGraph } from '../../../finn/graph.ts';
import { cuttableAfter } from '../../../finn/split/articulation.ts';
import { walkGreedily } from '../../../finn/split/greedy.ts';
import type { Counting } from '../../../finn/split/needs.ts';
import { countNeeds, neededBy } from '../../../finn/split/needs.ts';
import { largerOf } from '../../../finn/synthesis/amounts.ts';
import { layerResources } from '../../../finn/synthesis/layer.ts';
import { goldenChain, goldenNodes } from '../estimate/golden-chain.ts';

const part = 'xc7z020clg484-1';
const resources = { LUT: 53_200, FF: 106_400, BRAM_18K: 280, URAM: 0, DSP: 220 };
const zedboard = { name: 'zed0', type: 'zedboard', resources };
const whole = { LUT: 1, FF: 1, BRAM_18K: 1, URAM: 1, DSP: 1 };
const platform = { hasUram: false, portWidth: 64 };
const counting = (model: Counting['model']): Counting => ({ model, part, leastFifoDepth: 33 });

/** MobileNetV1, whose weights never take the least value of their types, as those of the example. */
const mobilenet = narrow(goldenChain(goldenNodes('mobilenetv1-w4a4')));

function narrow(graph: HardwareGraph): HardwareGraph {
  const weights = graph.nodes.filter(({ opType }) => opType === 'MVAU_rtl').map(({ inputs }) => inputs[1]!);
  return { ...graph, parameters: new Map(weights.map((name) => [name, Float32Array.of(0)])) };
}

function greedyBy(model: Counting['model']): readonly string[] {
  const cuttable = cuttableAfter(mobilenet);
  const layers = mobilenet.nodes.map((node, index) => ({
    name: node.name,
    resources: largerOf(layerResources(mobilenet, node, part, model)),
    cuttable: cuttable[index]!,
  }));
  return walkGreedily(layers, [zedboard], whole).map((cut) => layers[cut]!.name);
}

test('the first submodel that FINN’s estimates allow needs 232 DSPs of 220', () => {
  const last = mobilenet.nodes.findIndex(({ name }) => name === 'Thresholding_rtl_11');
  expect(countNeeds(mobilenet, counting('finn'))(0, last, null).total.DSP).toBe(220);
  expect(countNeeds(mobilenet, counting('rtl'))(0, last, null).total.DSP).toBe(232);
});

test('MobileNetV1 needs six boards by either model, cut at other places', () => {
  expect(greedyBy('finn')).toEqual([
    'Thresholding_rtl_11',
    'Thresholding_rtl_17',
    'Thresholding_rtl_23',
    'Thresholding_rtl_25',
    'Pool_hls_0',
  ]);
  expect(greedyBy('rtl')).toEqual([
    'Thresholding_rtl_9',
    'Thresholding_rtl_15',
    'Thresholding_rtl_21',
    'Thresholding_rtl_25',
    'Pool_hls_0',
  ]);
});

test('a submodel needs what the part of the whole does, with overheads or without', () => {
  const { overhead, layers, total } = neededBy(mobilenet, counting('rtl'), platform);
  expect(Object.keys(overhead!)).toEqual(['streams', 'dma', 'shell', 'total']);
  expect(total.LUT).toBe(Math.max(layers.inLuts.LUT, layers.inBlocks.LUT) + overhead!.total.LUT);
  const bare = neededBy(mobilenet, counting('rtl'), null);
  expect(bare.overhead).toBeNull();
  expect(bare.total.FF).toBe(total.FF - overhead!.total.FF);
});

test('by FINN’s estimates there are no flip-flops, and shallow FIFOs', () => {
  const { total } = neededBy(mobilenet, counting('finn'), platform);
  expect(total.FF).toBe(0);
  const shallow = neededBy(mobilenet, { ...counting('finn'), leastFifoDepth: 2 }, platform);
  expect(shallow.total).toEqual(total);
});
