import type { HardwareGraph, HardwareNode, Tensor } from '../../../finn/graph.ts';

/**
 * A residual block of 16×16 pixels and 8 channels: a fork, whose long branch is padding, 3×3 windows, a matrix of 72×8 and
 * thresholds, and whose short branch is a FIFO of `depth` words; both join in a sum. All other FIFOs have two words.
 */
export function residualBlock(depth: number): HardwareGraph {
  const [size, channels] = [16, 8];
  const image = [1, size, size, channels];
  const tensor = (shape: readonly number[], datatype: string): Tensor => ({ shape, datatype, layout: null });
  const rtl = (
    name: string,
    inputs: readonly string[],
    output: string,
    attributes: HardwareNode['attributes'],
  ) => ({
    name: `${name}_0`,
    opType: name,
    domain: 'finn.custom_op.fpgadataflow.rtl',
    inputs,
    outputs: [output],
    attributes,
  });
  const nodes: readonly HardwareNode[] = [
    {
      ...rtl('DuplicateStreams_hls', ['x'], 'short', {
        ...{ NumChannels: channels, PE: 8, NumOutputStreams: 2, inputDataType: 'UINT4' },
        ...{ numInputVectors: [1, size, size], outFIFODepths: [depth, 2] },
      }),
      outputs: ['short', 'long'],
    },
    rtl('FMPadding_rtl', ['long'], 'padded', {
      ...{ ImgDim: [size, size], Padding: [1, 1, 1, 1], NumChannels: channels, SIMD: 8 },
      ...{ inputDataType: 'UINT4', numInputVectors: 1 },
    }),
    rtl('ConvolutionInputGenerator_rtl', ['padded'], 'windows', {
      ...{ ConvKernelDim: [3, 3], IFMChannels: channels, IFMDim: [size + 2, size + 2], OFMDim: [size, size] },
      ...{ SIMD: 8, Stride: [1, 1], Dilation: [1, 1], inputDataType: 'UINT4', outputDataType: 'UINT4' },
    }),
    rtl('MVAU_rtl', ['windows', 'weights'], 'sums', {
      ...{ MW: 72, MH: 8, SIMD: 8, PE: 4, noActivation: 1, numInputVectors: [1, size, size] },
      ...{ inputDataType: 'UINT4', weightDataType: 'INT4', outputDataType: 'INT16', accDataType: 'INT16' },
    }),
    rtl('Thresholding_rtl', ['sums', 'thresholds'], 'activations', {
      ...{ NumChannels: channels, PE: 4, numSteps: 15, numInputVectors: [1, size, size] },
      ...{ inputDataType: 'INT16', weightDataType: 'INT16', outputDataType: 'UINT4' },
    }),
    rtl('ElementwiseAdd_hls', ['short', 'activations'], 'y', {
      ...{ lhs_dtype: 'UINT4', rhs_dtype: 'UINT4', out_dtype: 'UINT5', PE: 8, inFIFODepths: [2, 2] },
      ...{ lhs_shape: image, rhs_shape: image, out_shape: image },
    }),
  ];
  return {
    nodes,
    tensors: new Map([
      ...['x', 'short', 'long', 'activations'].map((name) => [name, tensor(image, 'UINT4')] as const),
      ['padded', tensor([1, size + 2, size + 2, channels], 'UINT4')],
      ['windows', tensor([1, size, size, 9 * channels], 'UINT4')],
      ['sums', tensor(image, 'INT16')],
      ['y', tensor(image, 'UINT5')],
      ['weights', tensor([9 * channels, channels], 'INT4')],
      ['thresholds', tensor([channels, 15], 'INT16')],
    ]),
    parameters: new Map([
      ['weights', new Float32Array(9 * channels * channels)],
      ['thresholds', new Float32Array(channels * 15)],
    ]),
    inputs: ['x'],
    outputs: ['y'],
  };
}
