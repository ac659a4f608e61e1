import { prepareWindows } from '../execute/windows.ts';
import { commonAttributes, flag, fromModel, integer, text } from './attributes.ts';
import type { Op } from './op.ts';
import { noResources, noUnit } from './op.ts';
import { notPositive } from './positive.ts';
import { divisors, fold } from './shapes.ts';
import type { NodeView } from './view.ts';

/**
 * Cuts an image into the consecutive windows of a kernel (FINN+ 1.6.1 `ConvolutionInputGenerator`).
 * A window is executed as (kernel height, kernel width, channels). `depthwise` hardware streams it as (channels / SIMD,
 * kernel height, kernel width, SIMD), which its consumer reverses if its PE equals that SIMD.
 */
export const convolutionInputGenerator: Op = {
  attributes: {
    ConvKernelDim: fromModel('integers'),
    IFMChannels: fromModel('integer'),
    IFMDim: fromModel('integers'),
    OFMDim: fromModel('integers'),
    SIMD: integer(null),
    Stride: fromModel('integers'),
    Dilation: fromModel('integers'),
    inputDataType: fromModel('datatype'),
    outputDataType: fromModel('datatype'),
    depthwise: fromModel('integer', 0, [0, 1]),
    ram_style: text('distributed', ['auto', 'block', 'distributed', 'ultra']),
    parallel_window: flag(0),
    is1D: fromModel('integer', 0, [0, 1]),
    // FINN can support loading other image sizes at run time, but nothing here would load them.
    dynamic_mode: integer(0, [0]),
    ...commonAttributes,
  },
  contradiction,
  inputShape,
  outputShape,
  foldedInputShape: (node) => fold(inputShape(node), node.integer('SIMD')),
  inputStreams: () => 1,
  foldedOutputShape: (node) => fold(outputShape(node), node.integer('SIMD') * placesAtOnce(node)),
  inputStreamWidth,
  outputStreamWidth: (node) => inputStreamWidth(node) * placesAtOnce(node),
  legalValues: (node) => {
    const channels = node.integer('IFMChannels');
    const [height, width] = node.pair('ConvKernelDim');
    // Only depthwise windows come in groups of channels.
    const whole = node.integer('depthwise') === 0 && height * width > 1;
    const parallel = node.integer('parallel_window') === 1;
    return {
      SIMD: whole && parallel ? [channels] : divisors(channels),
      parallel_window: whole && node.integer('SIMD') !== channels ? [0] : [0, 1],
    };
  },
  autoFolding: { rule: 'windows' },
  // FINN estimates nothing before specialisation.
  cycles: () => 0,
  unit: noUnit,
  resources: () => noResources,
  synthesis: null,
  counts: () => ({}),
  inferDatatypes: (node) => {
    const { datatype } = node.input(0);
    return {
      attributes: { inputDataType: datatype, outputDataType: datatype },
      datatypes: { [node.output()]: datatype },
    };
  },
  prepare: (node) => {
    const shape = outputShape(node);
    const windows = prepareWindows({
      input: node.pair('IFMDim'),
      output: outputSize(node),
      kernel: node.pair('ConvKernelDim'),
      stride: node.pair('Stride'),
      dilation: node.pair('Dilation'),
      channels: node.integer('IFMChannels'),
    });
    return ({ data }) => ({ shape, data: windows(data) });
  },
};

/** Height and width of the kernel including the gaps of its dilation. */
export function kernelExtent(node: NodeView): readonly [number, number] {
  const [height, width] = node.pair('ConvKernelDim');
  const [dilationHeight, dilationWidth] = node.pair('Dilation');
  return [(height - 1) * dilationHeight + 1, (width - 1) * dilationWidth + 1];
}

/** Windows that do not fit the image, or a number of them that is not FINN's, such as where a pooling rounds up. */
function contradiction(node: NodeView): string | null {
  const stated = node.pair('OFMDim');
  const fitting = outputSize(node);
  for (const attribute of ['IFMDim', 'ConvKernelDim', 'Stride', 'Dilation']) {
    const impossible = notPositive(node, attribute);
    if (impossible !== null) return impossible;
  }
  if (fitting.every((count, axis) => count > 0 && count === stated[axis])) return null;
  const [kernel, image, stride] = [node.pair('ConvKernelDim'), node.pair('IFMDim'), node.pair('Stride')];
  const counts = fitting.map((count) => Math.max(0, count));
  return `has OFMDim [${stated.join(', ')}], but ${counts.join(' x ')} windows of ${kernel.join(' x ')} pixels fit into ${image.join(' x ')} with stride [${stride.join(', ')}]`;
}

function inputShape(node: NodeView): readonly number[] {
  return [1, ...node.pair('IFMDim'), node.integer('IFMChannels')];
}

function outputShape(node: NodeView): readonly number[] {
  const [height, width] = node.pair('ConvKernelDim');
  return [1, ...outputSize(node), height * width * node.integer('IFMChannels')];
}

/** FINN trusts this more than the attribute `OFMDim`. */
function outputSize(node: NodeView): readonly [number, number] {
  const [height, width] = node.pair('IFMDim');
  const [strideHeight, strideWidth] = node.pair('Stride');
  const [extentHeight, extentWidth] = kernelExtent(node);
  return [
    Math.floor((height - extentHeight) / strideHeight) + 1,
    Math.floor((width - extentWidth) / strideWidth) + 1,
  ];
}

function inputStreamWidth(node: NodeView): number {
  return node.integer('SIMD') * node.datatype('inputDataType').bits;
}

/** Places of the kernel in one stream word of the output. */
function placesAtOnce(node: NodeView): number {
  const [height, width] = node.pair('ConvKernelDim');
  return node.integer('parallel_window') === 1 ? height * width : 1;
}
