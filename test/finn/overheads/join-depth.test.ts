import { expect, test } from 'vitest';
import type { HardwareGraph, HardwareNode, Tensor } from '../../../finn/graph.ts';
import { joinDepths } from '../../../finn/overheads/join-depth.ts';
import { streamsOf } from '../../../finn/overheads/streams.ts';
import { synthesisedOverheads } from '../../../finn/overheads/synthesised.ts';

const channels = 8;
const image = (size: number, last = channels): Tensor => ({
  shape: [1, size, size, last],
  datatype: 'INT4',
  layout: null,
});

/**
 * A residual block of images of 16 × 16 pixels with so many convolutions of 3 × 3 in its long branch, each with a frame of
 * zeros; a stream word is a whole pixel. The convolutions' products are left out: they delay, but they hold no pixels back.
 */
function residual(convolutions: number): HardwareGraph {
  const tensors = new Map([
    ['in', image(16)],
    ['short', image(16)],
    ['long0', image(16)],
    ['out', image(16)],
  ]);
  const type = { inputDataType: 'INT4', outputDataType: 'INT4' };
  const nodes: HardwareNode[] = [
    node('DuplicateStreams_hls_0', ['in'], ['short', 'long0'], {
      NumChannels: channels,
      PE: channels,
      NumOutputStreams: 2,
      inputDataType: 'INT4',
      numInputVectors: [1, 16, 16],
      outFIFODepths: [2, 2],
    }),
  ];
  for (let at = 0; at < convolutions; at += 1) {
    tensors.set(`padded${at}`, image(18)).set(`windows${at}`, image(16, 9 * channels));
    tensors.set(`long${at + 1}`, image(16));
    nodes.push(
      node(`FMPadding_rtl_${at}`, [`long${at}`], [`padded${at}`], {
        ImgDim: [16, 16],
        Padding: [1, 1, 1, 1],
        NumChannels: channels,
        SIMD: channels,
        inputDataType: 'INT4',
      }),
      node(`ConvolutionInputGenerator_rtl_${at}`, [`padded${at}`], [`windows${at}`], {
        ConvKernelDim: [3, 3],
        IFMChannels: channels,
        IFMDim: [18, 18],
        OFMDim: [16, 16],
        SIMD: channels,
        Stride: [1, 1],
        Dilation: [1, 1],
        depthwise: 0,
        ...type,
      }),
      node(`Pool_hls_${at}`, [`windows${at}`], [`long${at + 1}`], {
        Channels: channels,
        PE: channels,
        KernelSize: [3, 3],
        Function: 'MaxPool',
        OutImgDims: [16, 16],
        InputDataType: 'INT4',
        OutputDataType: 'INT4',
        BatchSize: 1,
      }),
    );
  }
  nodes.push(
    node('ElementwiseAdd_hls_0', ['short', `long${convolutions}`], ['out'], {
      PE: channels,
      lhs_shape: [1, 16, 16, channels],
      rhs_shape: [1, 16, 16, channels],
      out_shape: [1, 16, 16, channels],
      lhs_dtype: 'INT4',
      rhs_dtype: 'INT4',
      out_dtype: 'INT5',
      lhs_style: 'input',
      rhs_style: 'input',
    }),
  );
  return { nodes, tensors, parameters: new Map(), inputs: ['in'], outputs: ['out'] };
}

function node(
  name: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: HardwareNode['attributes'],
): HardwareNode {
  return { name, opType: name.replace(/_\d+$/, ''), domain: 'finn', inputs, outputs, attributes };
}

function depthsAtJoin(graph: HardwareGraph): readonly number[] {
  const depthOf = joinDepths(graph);
  return streamsOf(graph)
    .filter(({ to }) => to?.node === graph.nodes.length - 1)
    .map(({ to }) => depthOf(to!));
}

test('the short branch holds what the first window of the long one waits for', () => {
  // A row of 16 and two pixels: up to pixel (1, 1).
  expect(depthsAtJoin(residual(1))).toEqual([18, 1]);
});

test('every window adds a row and a pixel', () => {
  expect(depthsAtJoin(residual(2))).toEqual([2 * 16 + 3, 1]);
});

test('a stream that joins nothing needs no depth', () => {
  const graph = residual(1);
  const depthOf = joinDepths(graph);
  const others = streamsOf(graph).filter(({ to }) => to === null || to.node < graph.nodes.length - 1);
  for (const { from, to } of others)
    for (const end of [from, to]) if (end !== null) expect(depthOf(end)).toBe(0);
});

test('FIFOs at joins are counted unless FIFOs are minimal', () => {
  const platform = { hasUram: false, portWidth: 64 };
  const streams = (graph: HardwareGraph, least: number) =>
    synthesisedOverheads(graph, least)(0, graph.nodes.length - 1, platform).streams;
  const [shallow, deep] = [residual(1), residual(2)];
  const more = (least: number) => streams(deep, least).LUT - streams(shallow, least).LUT;
  // The second convolution has FIFOs of its own; at 33 the one at the join becomes a memory of 35 words, too.
  expect(streams(deep, 33).LUT).toBeGreaterThan(streams(deep, 2).LUT);
  expect(more(33)).not.toBe(more(2));
});
