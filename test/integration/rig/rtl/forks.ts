import type { HardwareGraph } from '../../../../finn/graph.ts';
import { minimiseBitWidths } from '../../../../finn/minimise/bit-widths.ts';
import { add, ascending, end, integers, start } from '../networks/drawing.ts';

/**
 * A residual block: an image (8 × 8 × 4, UINT4) goes through padding, 3×3 windows, a matrix and thresholds, and is added to
 * itself, which waits in a FIFO of this depth meanwhile.
 */
export function residual(random: () => number, depth: number): HardwareGraph {
  const drawing = start(random);
  const [size, channels] = [8, 4];
  const shape = [1, size, size, channels] as const;
  const image = { name: 'global_in', shape, datatype: 'UINT4' } as const;
  drawing.tensors.set(image.name, { shape, datatype: image.datatype, layout: null });
  const vectors = { numInputVectors: [1, size, size] };
  const [left, right] = add(drawing, {
    opType: 'DuplicateStreams_hls',
    attributes: { NumChannels: channels, PE: 4, NumOutputStreams: 2, inputDataType: 'UINT4', ...vectors },
    inputs: [image],
    outputs: [shape, shape],
    shape,
    datatype: 'UINT4',
  });
  const [framed] = add(drawing, {
    opType: 'FMPadding_rtl',
    attributes: {
      ...{ ImgDim: [size, size], Padding: [1, 1, 1, 1], NumChannels: channels, SIMD: 4 },
      inputDataType: 'UINT4',
    },
    inputs: [right!],
    shape: [1, size + 2, size + 2, channels],
    datatype: 'UINT4',
  });
  const [cut] = add(drawing, {
    opType: 'ConvolutionInputGenerator_rtl',
    attributes: {
      ...{ ConvKernelDim: [3, 3], IFMChannels: channels, IFMDim: [size + 2, size + 2], OFMDim: [size, size] },
      ...{ SIMD: 4, Stride: [1, 1], Dilation: [1, 1], depthwise: 0, is1D: 0 },
      ...{ inputDataType: 'UINT4', outputDataType: 'UINT4' },
    },
    inputs: [framed!],
    shape: [1, size, size, 9 * channels],
    datatype: 'UINT4',
  });
  const [sums] = add(drawing, {
    opType: 'MVAU_rtl',
    attributes: {
      ...{ PE: 2, SIMD: 4, MW: 9 * channels, MH: channels, noActivation: 1, ActVal: 0, ...vectors },
      ...{
        inputDataType: 'UINT4',
        weightDataType: 'INT8',
        accDataType: 'INT32',
        outputDataType: 'INT32',
      },
    },
    inputs: [cut!],
    parameters: [
      {
        shape: [9 * channels, channels],
        datatype: 'INT8',
        values: integers(random, 9 * channels * channels, -7, 7),
      },
    ],
    shape,
    datatype: 'INT32',
  });
  const [levels] = add(drawing, {
    opType: 'Thresholding_rtl',
    attributes: {
      ...{ NumChannels: channels, PE: 2, numSteps: 15, ActVal: 0, ...vectors },
      ...{ inputDataType: 'INT32', weightDataType: 'INT32', outputDataType: 'UINT4' },
    },
    inputs: [sums!],
    parameters: [{ shape: [channels, 15], datatype: 'INT32', values: ascending(random, channels, 15, -60) }],
    shape,
    datatype: 'UINT4',
  });
  const [sum] = add(drawing, {
    opType: 'ElementwiseAdd_hls',
    attributes: {
      ...{ lhs_shape: shape, rhs_shape: shape, out_shape: shape, PE: 4, inFIFODepths: [depth, 2] },
      ...{ lhs_dtype: 'UINT4', rhs_dtype: 'UINT4', out_dtype: 'UINT5' },
    },
    inputs: [left!, levels!],
    shape,
    datatype: 'UINT5',
  });
  return minimiseBitWidths(end(drawing, sum!));
}
