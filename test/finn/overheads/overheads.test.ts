import { join } from 'node:path';
import { expect, test } from 'vitest';
import { applyFolding } from '../../../finn/fold/apply.ts';
import type { HardwareGraph } from '../../../finn/graph.ts';
import { modelOverheads } from '../../../finn/overheads/overheads.ts';
import { streamsOf } from '../../../finn/overheads/streams.ts';
import { widthConverterLuts } from '../../../finn/overheads/width-converter.ts';
import { goldenChain, goldenNodes } from '../estimate/golden-chain.ts';
import { convolution, convs } from '../ops/convs.ts';
import { golden, readGraph } from '../network.ts';

const tfc = readGraph(join(golden, 'tfc-w2a2', 'dataflow.onnx'));
const zynq = { hasUram: false, portWidth: 64 };
const last = tfc.nodes.length - 1;

test.each([
  [8, 8, 0],
  [8, 32, 34],
  [32, 8, 10],
  [24, 16, 67],
])('a converter from %i to %i bits takes %i LUTs', (input, output, luts) => {
  expect(widthConverterLuts(input, output)).toBe(luts);
});

test('streams between layers get FIFOs, and converters if widths differ', () => {
  const overheads = modelOverheads(tfc);
  // MVAU_hls_1 and 2 are folded alike: one FIFO of two words of 16 bits between them, and one at either end.
  const { streams, matrixVector, dma, shell, total } = overheads(3, 4, zynq);
  expect(streams).toEqual({ LUT: 3 * (16 + 8), BRAM_18K: 0, URAM: 0, DSP: 0 });
  expect(matrixVector.LUT).toBe(0);
  expect(dma).toMatchObject({ LUT: 2 * (2100 + widthConverterLuts(64, 16)), BRAM_18K: 8 });
  expect(total.LUT).toBe(streams.LUT + dma.LUT + shell.LUT);
  // MVAU_hls_0 delivers 16 values at a time, MVAU_hls_1 takes 8.
  const apart = overheads(2, 2, zynq).streams.LUT + overheads(3, 3, zynq).streams.LUT;
  expect(overheads(2, 3, zynq).streams.LUT).toBe(apart + widthConverterLuts(32, 16));
});

test('a deeper FIFO is modelled with the depth of the folding', () => {
  const deep = applyFolding(tfc, { MVAU_hls_1: { outFIFODepths: [512] } });
  const difference =
    modelOverheads(deep)(0, last, zynq).streams.BRAM_18K -
    modelOverheads(tfc)(0, last, zynq).streams.BRAM_18K;
  expect(difference).toBe(1);
});

test('the width of the DMA’s port divides the size of the data', () => {
  const narrow = modelOverheads(tfc)(last, last, zynq).dma;
  const wide = modelOverheads(tfc)(2, 2, { ...zynq, portWidth: 128 }).dma;
  // The class that leaves LabelSelect is one byte, what enters a word of ten values of 32 bits or less.
  expect(narrow.BRAM_18K).toBeLessThan(wide.BRAM_18K);
});

test('MobileNetV1’s products in DSPs get the LUTs that FINN omits', () => {
  const graph = goldenChain(goldenNodes('mobilenetv1-w4a4'));
  const first = graph.nodes.findIndex(({ name }) => name === 'MVAU_rtl_0');
  const { attributes } = graph.nodes[first]!;
  const bits = Number(String(attributes['accDataType']).replace(/\D/g, ''));
  expect(attributes).toMatchObject({ PE: 16, SIMD: 3, weightDataType: 'INT8', inputDataType: 'UINT8' });
  expect(modelOverheads(graph)(first, first, zynq).matrixVector.LUT).toBe(200 + 16 * (3 * 16 + bits));
});

test.each(convs.filter((name) => branchesOf(convolution(name).graph) > 0))(
  'every branch of %s is a stream',
  (name) => {
    const { graph } = convolution(name);
    const streams = streamsOf(graph);
    expect(streams).toHaveLength(graph.nodes.length + 1 + branchesOf(graph));
    expect(streams.filter(({ from, to }) => from === null || to === null)).toHaveLength(2);
    expect(modelOverheads(graph)(0, graph.nodes.length - 1, zynq).dma.LUT).toBeGreaterThanOrEqual(2 * 2100);
  },
);

function branchesOf({ nodes }: HardwareGraph): number {
  const forks = nodes.filter(({ opType }) => opType.startsWith('DuplicateStreams'));
  return forks.reduce((more, { outputs }) => more + outputs.length - 1, 0);
}
