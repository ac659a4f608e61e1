import { kernelExtent } from './convolutioninputgenerator.ts';
import type { NodeView } from './view.ts';

/** Whether windows come whole, from registers with line buffers between them (FINN+ 1.6.1 `select_impl_style`). */
export function isParallel(node: NodeView): boolean {
  const [height, width] = node.pair('ConvKernelDim');
  return node.integer('parallel_window') === 1 || height * width === 1;
}

/** Whether the image is a line; either axis may have extent 1. */
export function is1D(node: NodeView): boolean {
  return node.pair('IFMDim').includes(1);
}

/** Groups of SIMD channels. */
export function channelFold(node: NodeView): number {
  return node.integer('IFMChannels') / node.integer('SIMD');
}

/** Stream words that must have arrived before the first window is complete. */
export function smallestBuffer(node: NodeView): number {
  const [, width] = node.pair('IFMDim');
  const [height, extent] = kernelExtent(node);
  return ((height - 1) * width + extent) * channelFold(node);
}

/** FINN `get_buffer_depth`: all words that are held back, including those in registers. */
export function bufferDepth(node: NodeView): number {
  const [, width] = node.pair('IFMDim');
  const groups = channelFold(node);
  if (isParallel(node)) {
    const [height, extent] = kernelExtent(node);
    return ((height - 1) * width + extent - 1) * groups + 2;
  }
  const [kernelHeight, kernelWidth] = node.pair('ConvKernelDim');
  const [strideHeight, strideWidth] = node.pair('Stride');
  const places = kernelHeight * kernelWidth;
  // With a stride, some of the next input can be loaded early.
  return (
    smallestBuffer(node) +
    Math.max(0, (strideWidth - 1 - places) * groups) +
    Math.max(0, ((strideHeight - 1) * width - places) * groups)
  );
}

/** The memories of `depth` words that hold the image: one cyclic buffer, or the line buffers between rows of registers. */
export function windowMemories(node: NodeView): { readonly count: number; readonly depth: number } {
  if (!isParallel(node)) return { count: 1, depth: bufferDepth(node) };
  if (is1D(node)) return { count: 0, depth: 0 };
  const [, width] = node.pair('IFMDim');
  const [kernelHeight] = node.pair('ConvKernelDim');
  const [dilationHeight] = node.pair('Dilation');
  const [, extent] = kernelExtent(node);
  return { count: kernelHeight - 1, depth: width - extent + width * (dilationHeight - 1) };
}
