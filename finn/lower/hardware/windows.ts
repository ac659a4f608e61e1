import { lastExtent } from '../../../base/shape.ts';
import { datatype } from '../../datatype.ts';
import type { Im2Col, MaxPool, QuantAvgPool, Window } from '../float-graph.ts';
import { unsupported } from '../refuse.ts';
import type { Some } from '../some.ts';
import type { Context, Layer, LayerTensor } from './layer.ts';
import { hardware, layerTensor } from './layer.ts';

/** The layers that cut an image into windows, after padding it with a frame of zeros if needed (FINN+ 1.6.1 `InferConvInpGen`). */
export function windows(node: Im2Col, context: Context): readonly Layer[] {
  return cut(node, layerTensor(node.output, context), context);
}

/** A window's largest value or sum, after the layers that cut the windows (FINN+ 1.6.1 `InferPool`). */
export function pool(node: MaxPool | QuantAvgPool, context: Context): readonly Layer[] {
  const image = layerTensor(node.inputs[0], context);
  const output = layerTensor(node.output, context);
  const { kernel, stride, pads } = node.window;
  if (kernel[0] < stride[0] || kernel[1] < stride[1])
    throw unsupported(
      node,
      `pools ${kernel.join(' x ')} pixels every ${stride.join(' x ')}`,
      'FINN does not skip pixels; the stride must be at most the kernel',
    );
  if (node.op === 'MaxPool' && datatype(image.datatype).minimum < 0 && pads.some((size) => size > 0))
    throw unsupported(
      node,
      `pads values of datatype ${image.datatype}`,
      'the zeros of the padding could be the maximum; pool without padding, or use unsigned values',
    );
  const channels = lastExtent(image.shape);
  const [batch, ...extents] = output.shape.slice(0, 3) as [number, number, number];
  const cells: LayerTensor = {
    name: `${node.output}:windows`,
    shape: [batch, ...extents, channels * kernel[0] * kernel[1]],
    datatype: image.datatype,
    layout: null,
  };
  const reduced = hardware({
    name: node.name,
    opType: 'Pool',
    inputs: [cells.name],
    outputs: [output],
    parameters: [],
    attributes: {
      ...poolAttributes(node),
      BatchSize: 1,
      Channels: channels,
      InputDataType: image.datatype,
      KernelSize: kernel,
      OutImgDims: extents,
      OutputDataType: output.datatype,
      PE: channels,
      cpp_interface: 'hls_vector',
    },
  });
  return [...cut({ ...node, depthwise: true }, cells, context), reduced];
}

/** QONNX 1.0.0 `QuantAvgPool2d`: the width of the sum, and how many of its lowest bits are dropped. */
function poolAttributes(node: MaxPool | QuantAvgPool): { Function: string; AccumBits: number; Size: number } {
  if (node.op === 'MaxPool') return { Function: 'MaxPool', AccumBits: 0, Size: 0 };
  const [height, width] = node.window.kernel;
  const largest = (2 ** node.inputBits - 1) * height * width;
  const bits = largest < 1 ? 0 : Math.floor(Math.log2(largest)) + 1;
  return { Function: 'QuantAvgPool', AccumBits: bits, Size: Math.max(0, bits - node.outputBits) };
}

interface Cut {
  readonly name: string;
  readonly op: string;
  readonly inputs: Some<string>;
  readonly window: Window;
  readonly depthwise: boolean;
}

function cut(node: Cut, output: LayerTensor, context: Context): readonly Layer[] {
  const image = layerTensor(node.inputs[0], context);
  checkImage(node, image);
  if (node.window.pads.every((size) => size === 0)) return [generator(node, image, output)];
  const padding = framed(node, image, output);
  return [padding, generator(node, padding.outputs[0], output)];
}

function checkImage(node: Cut, { datatype: type, shape: [batch = 1] }: LayerTensor): void {
  if (!datatype(type).integer)
    throw unsupported(
      node,
      `works on values of datatype ${type}`,
      'quantise its input, with one scale for the whole tensor',
    );
  if (batch !== 1)
    throw unsupported(
      node,
      `works on a batch of ${batch} images`,
      'export the network with a batch size of 1',
    );
}

/** The image with a frame of zeros around it. */
function framed(node: Cut, image: LayerTensor, output: LayerTensor): Layer {
  const { pads } = node.window;
  const [batch = 1, height = 1, width = 1, channels = 1] = image.shape;
  if (image.datatype === 'BIPOLAR')
    throw unsupported(
      node,
      'pads bipolar values with zeros',
      'do without padding, or quantise to 2 bits before it',
    );
  const padded: LayerTensor = {
    ...image,
    name: `${output.name}:padded`,
    shape: [batch, height + pads[0] + pads[2], width + pads[1] + pads[3], channels],
    layout: null,
  };
  return hardware({
    name: node.name,
    parameters: [],
    opType: 'FMPadding',
    inputs: [image.name],
    outputs: [padded],
    attributes: {
      ImgDim: [height, width],
      NumChannels: channels,
      Padding: pads,
      SIMD: channels,
      inputDataType: image.datatype,
    },
  });
}

function generator(node: Cut, image: LayerTensor, output: LayerTensor): Layer {
  const { kernel, stride, dilation, pads } = node.window;
  const [, height = 1, width = 1, channels = 1] = image.shape;
  // FINN decides before padding whether an image has only one row or column.
  const isLine = height - pads[0] - pads[2] === 1 || width - pads[1] - pads[3] === 1;
  return hardware({
    name: node.name,
    parameters: [],
    opType: 'ConvolutionInputGenerator',
    inputs: [image.name],
    outputs: [output],
    attributes: {
      ConvKernelDim: kernel,
      Dilation: dilation,
      IFMChannels: channels,
      IFMDim: [height, width],
      OFMDim: output.shape.slice(1, 3),
      SIMD: channels,
      Stride: stride,
      depthwise: node.depthwise ? 1 : 0,
      inputDataType: image.datatype,
      is1D: isLine ? 1 : 0,
      outputDataType: image.datatype,
    },
  });
}
