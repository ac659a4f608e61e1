import type { AttributeValue, HardwareGraph } from '../../../../finn/graph.ts';
import { minimiseBitWidths } from '../../../../finn/minimise/bit-widths.ts';
import type { Pair } from '../networks/drawing.ts';
import { add, end, start } from '../networks/drawing.ts';

/** What is asked of a layer that multiplies 20 vectors by a matrix of one column, an MVAU_rtl by default. */
export interface ProductPlan {
  readonly input: string;
  /** As many as inputs; the datatype that they have before they are narrowed is INT8. */
  readonly weights: readonly number[];
  readonly opType?: string;
}

/** An MVAU by itself with one multiplier, folded and with minimal datatypes; thresholds follow so that its sums stay narrow. */
export function product({ input: type, weights, opType = 'MVAU_rtl' }: ProductPlan): HardwareGraph {
  const drawing = start(() => 0);
  const shape = [1, 1, 20, weights.length] as const;
  drawing.tensors.set('global_in', { shape, datatype: type, layout: null });
  const vectors = { numInputVectors: [1, 1, 20] };
  const [sums] = add(drawing, {
    opType,
    attributes: {
      ...{ PE: 1, SIMD: 1, MW: weights.length, MH: 1, noActivation: 1, ActVal: 0, ...vectors },
      ...{ inputDataType: type, weightDataType: 'INT8', accDataType: 'INT32', outputDataType: 'INT32' },
    },
    inputs: [{ name: 'global_in', shape, datatype: type }],
    parameters: [{ shape: [weights.length, 1], datatype: 'INT8', values: weights }],
    shape: [1, 1, 20, 1],
    datatype: 'INT32',
  });
  const [levels] = add(drawing, {
    opType: 'Thresholding_rtl',
    attributes: {
      ...{ NumChannels: 1, PE: 1, numSteps: 3, ActVal: 0, ...vectors },
      ...{ inputDataType: 'INT32', weightDataType: 'INT32', outputDataType: 'UINT2' },
    },
    inputs: [sums!],
    parameters: [{ shape: [1, 3], datatype: 'INT32', values: [2, 5, 9] }],
    shape: [1, 1, 20, 1],
    datatype: 'UINT2',
  });
  return minimiseBitWidths(end(drawing, levels!));
}

/** What is asked of a layer that cuts windows of an image of UINT4; stride 1 by default. */
export interface CutPlan {
  readonly image: Pair;
  readonly kernel: Pair;
  readonly stride?: Pair;
  readonly channels?: number;
  readonly attributes?: { readonly [name: string]: AttributeValue };
}

/** A ConvolutionInputGenerator_rtl by itself. */
export function cut({
  image,
  kernel,
  stride = [1, 1],
  channels = 1,
  attributes = {},
}: CutPlan): HardwareGraph {
  const drawing = start(() => 0);
  const shape = [1, ...image, channels] as const;
  drawing.tensors.set('global_in', { shape, datatype: 'UINT4', layout: null });
  const positions = ([0, 1] as const).map(
    (axis) => Math.floor((image[axis] - kernel[axis]) / stride[axis]) + 1,
  ) as unknown as Pair;
  const [windows] = add(drawing, {
    opType: 'ConvolutionInputGenerator_rtl',
    attributes: {
      ...{ ConvKernelDim: kernel, IFMChannels: channels, IFMDim: image, OFMDim: positions, SIMD: 1 },
      ...{ Stride: stride, Dilation: [1, 1], depthwise: 0, is1D: image.includes(1) ? 1 : 0 },
      ...{ inputDataType: 'UINT4', outputDataType: 'UINT4', ...attributes },
    },
    inputs: [{ name: 'global_in', shape, datatype: 'UINT4' }],
    shape: [1, ...positions, kernel[0] * kernel[1] * channels],
    datatype: 'UINT4',
  });
  return end(drawing, windows!);
}
