import { addressBits } from '../bits.ts';
import { elementCount } from '../../base/shape.ts';
import type { Synthesis, SynthesisedResources } from '../ops/op.ts';
import type { NodeView } from '../ops/view.ts';
import {
  bufferDepth,
  channelFold,
  isParallel,
  smallestBuffer,
  windowMemories,
} from '../ops/window-buffer.ts';
import { amounts, certain, sumSyntheses } from './amounts.ts';
import { sharedRam } from './luts-as-memory.ts';
import { byStyle, inBlockMemory, inUltraRam } from './memory.ts';

/**
 * `ConvolutionInputGenerator_rtl`: a loop controller and either a cyclic buffer that is read place by place or, for whole windows,
 * registers with line buffers between the rows (swg_template_default.sv, swg_template_parallel.sv and swg_common.sv of
 * finn-rtllib/swg, FINN+ 1.6.1). Flip-flops follow the code; LUTs by factors that are fitted to Yosys, see docs/resources.md.
 */
export function windowResources(node: NodeView): Synthesis {
  const width = node.integer('SIMD') * node.datatype('inputDataType').bits;
  const { count, depth } = windowMemories(node);
  const buffer = byStyle(node.text('ram_style'), {
    words: depth,
    inLuts: amounts({ LUT: count * (sharedRam(depth, width) + selection(depth, width)), FF: count * width }),
    inBlocks: timesCount(inBlockMemory(depth, width), count),
    inUltra: timesCount(inUltraRam(depth, width), count),
  });
  const control = isParallel(node) ? parallelControl(node, width) : defaultControl(node);
  return sumSyntheses([certain(control), buffer]);
}

/** The address counters and comparisons that read a cyclic buffer. */
function defaultControl(node: NodeView): SynthesisedResources {
  const groups = channelFold(node);
  const [height, width] = node.pair('ConvKernelDim');
  const isDepthwise = node.integer('depthwise') === 1 && groups > 1;
  const words = elementCount(node.pair('IFMDim')) * groups;
  const places = height * width * (isDepthwise ? 1 : groups);
  const address = addressBits(bufferDepth(node));
  const loops = [...node.pair('OFMDim'), height, width, groups];
  const FF =
    2 * (addressBits(words) + 1) +
    (addressBits(words + smallestBuffer(node) - 1) + 1) +
    (addressBits(places) + 1) +
    (2 * address + 1) +
    loops.reduce((sum, count) => sum + loopBits(count), 0) +
    7;
  return amounts({ LUT: Math.round(2.1 * FF), FF });
}

/** The counters of whole windows, and the registers of all places of the kernel. */
function parallelControl(node: NodeView, wordBits: number): SynthesisedResources {
  const groups = channelFold(node);
  const words = elementCount(node.pair('IFMDim')) * groups;
  const { count, depth } = windowMemories(node);
  const [height, width] = node.pair('ConvKernelDim');
  // In each row the first place of a group, and all groups between it and the last place.
  const registers = height * ((width - 1) * groups + 1) * wordBits;
  const loops = [...node.pair('OFMDim'), groups];
  const control =
    2 * (addressBits(words) + 1) +
    loops.reduce((sum, extent) => sum + loopBits(extent), 0) +
    count * 2 * addressBits(depth) +
    4;
  // Rows and columns that a stride skips take two more comparisons.
  const skipping = node.pair('Stride').some((stride) => stride > 1) ? 25 : 0;
  return amounts({ LUT: Math.round(1.7 * control) + skipping, FF: control + registers });
}

/** Bits of a loop counter; it counts two less than the loop has, below zero. */
function loopBits(count: number): number {
  return count <= 2 ? (count === 2 ? 1 : 0) : addressBits(count - 1) + 1;
}

/** LUTs that select among memories of 64 words each, and enable one of them for writing. */
function selection(words: number, bits: number): number {
  const units = words <= 32 ? 1 : Math.ceil(words / 64);
  return units === 1 ? 0 : Math.round((1.25 * bits * (units - 1)) / 3 + 1.4 * units);
}

function timesCount(amount: SynthesisedResources, count: number): SynthesisedResources {
  return amounts({ BRAM_18K: count * amount.BRAM_18K, URAM: count * amount.URAM });
}
