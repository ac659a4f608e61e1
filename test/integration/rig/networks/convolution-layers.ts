import { datatype } from '../../../../finn/datatype.ts';
import { elementCount } from '../../../../base/shape.ts';
import type { Drawing, Pair, Stream } from './drawing.ts';
import { add, ascending, between, integers } from './drawing.ts';
import { pick } from './foldings.ts';

/** Cut windows and the kernel they were cut with; `channels` are those of the image. */
export interface Windows {
  readonly stream: Stream;
  readonly kernel: Pair;
  readonly channels: number;
}

/** Windows of an image with a random kernel that fits it. */
export function windows(drawing: Drawing, image: Stream, depthwise: boolean): Windows {
  const { random } = drawing;
  const [, height, width, channels] = image.shape;
  const axes = [height, width].map((extent) => {
    const kernel = between(random, 1, Math.min(extent, 4));
    const dilation =
      kernel === 1 ? 1 : between(random, 1, Math.min(2, Math.floor((extent - 1) / (kernel - 1))));
    const stride = between(random, 1, Math.min(extent, 3));
    return {
      kernel,
      dilation,
      stride,
      output: Math.floor((extent - (kernel - 1) * dilation - 1) / stride) + 1,
    };
  }) as unknown as readonly [AxisPlan, AxisPlan];
  const [down, along] = axes;
  const kernel: Pair = [down.kernel, along.kernel];
  const [stream] = add(drawing, {
    opType: 'ConvolutionInputGenerator_rtl',
    attributes: {
      ConvKernelDim: kernel,
      IFMChannels: channels,
      IFMDim: [height, width],
      OFMDim: [down.output, along.output],
      SIMD: 1,
      Stride: [down.stride, along.stride],
      Dilation: [down.dilation, along.dilation],
      inputDataType: image.datatype,
      outputDataType: image.datatype,
      depthwise: depthwise ? 1 : 0,
      is1D: height === 1 || width === 1 ? 1 : 0,
    },
    inputs: [image],
    shape: [1, down.output, along.output, kernel[0] * kernel[1] * channels],
    datatype: image.datatype,
  });
  return { stream: stream!, kernel, channels };
}

interface AxisPlan {
  readonly kernel: number;
  readonly dilation: number;
  readonly stride: number;
  readonly output: number;
}

/** Perhaps a frame of zeros, where the datatype has a zero. */
export function padding(drawing: Drawing, image: Stream): Stream {
  const { random } = drawing;
  if (random() < 0.4 || image.datatype === 'BIPOLAR') return image;
  const frame = Array.from({ length: 4 }, () => between(random, 0, 2));
  const [, height, width, channels] = image.shape;
  const [stream] = add(drawing, {
    opType: 'FMPadding_rtl',
    attributes: {
      ImgDim: [height, width],
      Padding: frame,
      NumChannels: channels,
      SIMD: 1,
      inputDataType: image.datatype,
    },
    inputs: [image],
    shape: [1, height + frame[0]! + frame[2]!, width + frame[1]! + frame[3]!, channels],
    datatype: image.datatype,
  });
  return stream!;
}

/** Zeros between the pixels, where the datatype has a zero. */
export function pixelPadding(drawing: Drawing, image: Stream): Stream {
  if (image.datatype === 'BIPOLAR') return thresholding(drawing, image);
  const [, height, width, channels] = image.shape;
  const stride = [between(drawing.random, 1, 2), between(drawing.random, 1, 2)] as const;
  const [stream] = add(drawing, {
    opType: 'FMPadding_Pixel_hls',
    attributes: {
      ImgDim: [height, width],
      Stride: stride,
      NumChannels: channels,
      SIMD: 1,
      inputDataType: image.datatype,
    },
    inputs: [image],
    shape: [1, (height - 1) * stride[0] + 1, (width - 1) * stride[1] + 1, channels],
    datatype: image.datatype,
  });
  return stream!;
}

/** A product with a random matrix, perhaps with thresholds; `columns` says how many sums, a few where it does not. */
export function matrixVector(
  drawing: Drawing,
  vectors: Stream,
  columns = between(drawing.random, 1, 8),
): Stream {
  const [, height, width, rows] = vectors.shape;
  const unit = activationUnit(drawing, vectors, [rows, columns], columns);
  const [stream] = add(drawing, {
    opType: `MVAU_${unit.style}`,
    attributes: {
      PE: 1,
      SIMD: 1,
      MW: rows,
      MH: columns,
      numInputVectors: [1, height, width],
      ...unit.attributes,
    },
    inputs: [vectors],
    parameters: unit.parameters,
    shape: [1, height, width, columns],
    datatype: unit.datatype,
  });
  return stream!;
}

/** A product of each channel with a kernel of its own, perhaps with thresholds. */
export function vectorVector(drawing: Drawing, { stream: vectors, kernel, channels }: Windows): Stream {
  const [, height, width] = vectors.shape;
  const unit = activationUnit(drawing, vectors, [channels, 1, ...kernel], channels);
  const [stream] = add(drawing, {
    opType: `VVAU_${unit.style}`,
    attributes: {
      PE: 1,
      SIMD: 1,
      Dim: [height, width],
      Channels: channels,
      Kernel: kernel,
      ...unit.attributes,
    },
    inputs: [vectors],
    parameters: unit.parameters,
    shape: [1, height, width, channels],
    datatype: unit.datatype,
  });
  return stream!;
}

/** What MVAU and VVAU have in common: weights and, with luck, thresholds. */
function activationUnit(
  { random }: Drawing,
  { datatype: type }: Stream,
  shape: readonly number[],
  channels: number,
) {
  const bits = between(random, 1, 5);
  const lowest = random() < 0.2 ? 0 : -(2 ** (bits - 1));
  const weights = {
    shape,
    datatype: 'INT8',
    values: integers(random, elementCount(shape), lowest, 2 ** bits - 1 + lowest),
  };
  const common = { inputDataType: type, weightDataType: 'INT8', accDataType: 'INT32' };
  if (random() < 0.5)
    return {
      style: pick(['hls', 'rtl'], random),
      attributes: { ...common, outputDataType: 'INT32', noActivation: 1, ActVal: 0 },
      parameters: [weights],
      datatype: 'INT32',
    };

  const { steps, attributes } = activation(random);
  const thresholds = {
    shape: [channels, steps],
    datatype: 'INT32',
    // Two bipolar operands make it count, and what is counted is not negative.
    values: ascending(random, channels, steps, type === 'BIPOLAR' ? 0 : -60),
  };
  return {
    style: 'hls',
    attributes: { ...common, ...attributes, noActivation: 0 },
    parameters: [weights, thresholds],
    datatype: attributes.outputDataType,
  };
}

/** Thresholds per channel or for all, to at most four bits. */
export function thresholding(drawing: Drawing, image: Stream): Stream {
  const { random } = drawing;
  const [, height, width, channels] = image.shape;
  const { steps, attributes } = activation(random);
  const rows = random() < 0.3 ? 1 : channels;
  const lowest = datatype(image.datatype).signed ? -60 : 0;
  const [stream] = add(drawing, {
    opType: `Thresholding_${pick(['hls', 'rtl'], random)}`,
    attributes: {
      NumChannels: channels,
      PE: 1,
      numSteps: steps,
      inputDataType: image.datatype,
      weightDataType: 'INT32',
      numInputVectors: [1, height, width],
      ...attributes,
    },
    inputs: [image],
    parameters: [{ shape: [rows, steps], datatype: 'INT32', values: ascending(random, rows, steps, lowest) }],
    shape: image.shape,
    datatype: attributes.outputDataType,
  });
  return stream!;
}

function activation(random: () => number) {
  if (random() < 0.15) return { steps: 1, attributes: { ActVal: 0, outputDataType: 'BIPOLAR' } };
  const bits = between(random, 2, 4);
  const signed = random() < 0.5;
  return {
    steps: 2 ** bits - 1,
    attributes: {
      ActVal: signed ? -(2 ** (bits - 1)) : 0,
      outputDataType: `${signed ? 'INT' : 'UINT'}${bits}`,
    },
  };
}

/** One of the reductions that FINN executes in integers. */
export function pool(drawing: Drawing, { stream: places, kernel, channels }: Windows): Stream {
  const { random } = drawing;
  const [, height, width] = places.shape;
  const kind = pick(['MaxPool', 'AccPool', 'QuantAvgPool'], random);
  const { bits, signed } = datatype(places.datatype);
  const narrower = `${signed ? 'INT' : 'UINT'}${between(random, 2, Math.max(2, bits))}`;
  const type = { MaxPool: places.datatype, AccPool: 'INT32', QuantAvgPool: narrower }[kind]!;
  const [stream] = add(drawing, {
    opType: 'Pool_hls',
    attributes: {
      Channels: channels,
      PE: 1,
      KernelSize: kernel,
      Function: kind,
      OutImgDims: [height, width],
      InputDataType: places.datatype,
      OutputDataType: type,
      cpp_interface: 'hls_vector',
    },
    inputs: [places],
    shape: [1, height, width, channels],
    datatype: type,
  });
  return stream!;
}
