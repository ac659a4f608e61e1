import { integer, rtlAttributes } from './attributes.ts';
import { windowResources } from '../synthesis/windows.ts';
import { convolutionInputGenerator } from './convolutioninputgenerator.ts';
import type { Op, ResourceEstimate } from './op.ts';
import { noResources } from './op.ts';
import type { NodeView } from './view.ts';
import { windowUnit } from './window-units.ts';
import {
  bufferDepth,
  channelFold,
  is1D,
  isParallel,
  smallestBuffer,
  windowMemories,
} from './window-buffer.ts';

/**
 * `ConvolutionInputGenerator_rtl` (FINN+ 1.6.1): a cyclic buffer that is read place by place or, for whole windows at a
 * time, registers with line buffers between them.
 */
export const convolutionInputGeneratorRtl: Op = {
  ...convolutionInputGenerator,
  // FINN's estimate allows several outputs at once, but FINN cannot build them yet.
  attributes: { M: integer(1, [1]), ...convolutionInputGenerator.attributes, ...rtlAttributes },
  cycles,
  unit: windowUnit,
  resources,
  synthesis: windowResources,
};

function cycles(node: NodeView): number {
  if (isParallel(node)) {
    const [height, width] = node.pair('IFMDim');
    return height * width * channelFold(node) + 2;
  }
  return is1D(node) ? cycles1D(node) : cycles2D(node);
}

function cycles1D(node: NodeView): number {
  const groups = channelFold(node);
  // Either axis may have extent 1.
  const along = node.pair('IFMDim')[1] === 1 ? 0 : 1;
  const input = node.pair('IFMDim')[along];
  const output = node.pair('OFMDim')[along];
  const kernel = node.pair('ConvKernelDim')[along];
  const stride = node.pair('Stride')[along];
  const write = output * kernel * groups;
  if (node.integer('depthwise') === 0) return write + 2;
  // The buffered window is replayed once per group of channels, the last time after the last input has arrived.
  const read = input * groups + groups * (kernel - 1) * (stride - 1);
  return Math.max(write + (groups - 1) * kernel, read) + 2;
}

function cycles2D(node: NodeView): number {
  const groups = channelFold(node);
  const [, width] = node.pair('IFMDim');
  const [outputHeight, outputWidth] = node.pair('OFMDim');
  const [kernelHeight, kernelWidth] = node.pair('ConvKernelDim');
  const [strideHeight, strideWidth] = node.pair('Stride');
  const writeRow = outputWidth * kernelWidth * kernelHeight * groups;
  // FINN uses the horizontal stride here, although rows are skipped vertically.
  const readRow = strideWidth * width * groups;
  const row = Math.max(writeRow, readRow);
  const filled = smallestBuffer(node);
  if (node.integer('depthwise') === 0) return filled + outputHeight * row;
  const replay = outputWidth * (strideWidth - 1) * (groups - 1);
  return filled + outputHeight * (row + replay) + (strideHeight - 1) * width * groups;
}

function resources(node: NodeView): ResourceEstimate {
  const width = node.integer('SIMD') * node.datatype('inputDataType').bits;
  const { count, depth } = windowMemories(node);
  const control = 300;
  const style = node.text('ram_style');
  switch (style) {
    case 'distributed':
      return { ...noResources, LUT: control + width * Math.ceil(bufferDepth(node) / 38) };
    case 'ultra': {
      const uram = Math.ceil(depth / 4096) * Math.ceil(width / 72) * count;
      const efficiency = uram === 0 ? 1 : (width * depth * count) / (uram * 72 * 4096);
      return { ...noResources, LUT: control, URAM: uram, URAM_efficiency: efficiency };
    }
    default:
      return { ...noResources, LUT: control, BRAM_18K: brams(depth, width) * count };
  }
}

function brams(depth: number, width: number): number {
  const cascaded = Math.ceil(depth / 16384) * Math.ceil(width / bramWidth(depth));
  if (depth <= 16384) return cascaded;
  // The last memories of a cascade are not full; shallow ones are wider.
  return cascaded - (Math.ceil(width / bramWidth(depth)) - Math.ceil(width / bramWidth(depth % 16384)));
}

/** Bits that a block memory of 18 kbit holds per word at this depth. */
function bramWidth(depth: number): number {
  if (depth <= 512) return 36;
  if (depth <= 1024) return 18;
  if (depth <= 2048) return 9;
  if (depth <= 4096) return 4;
  return depth <= 8192 ? 2 : 1;
}
