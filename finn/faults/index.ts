import type { HardwareGraph, HardwareNode } from '../graph.ts';
import { nodeOf } from '../ops/index.ts';
import { otherShift } from './average-shift.ts';
import { narrowOperands } from './narrow-operands.ts';
import { narrowSum } from './narrow-sum.ts';
import { oneBitOperands } from './one-bit-operands.ts';
import { unequalParts } from './unequal-parts.ts';
import { unsignedWeights } from './unsigned-weights.ts';
import { windowFault } from './windows.ts';
import { foldedOtherwise } from './other-folding.ts';

/** A layer that computes something else in hardware than in software, or for which FINN generates no hardware. */
export interface HardwareFault {
  readonly layer: string;
  /** A clause with the layer as its subject. */
  readonly fault: string;
  readonly remedy: string;
}

/**
 * The layers of a folded graph with minimal bit widths that FINN+ 1.6.1 cannot build as they are, the first fault of each. Its
 * estimates and its executions in software show none of them.
 */
export function hardwareFaults(graph: HardwareGraph): readonly HardwareFault[] {
  return graph.nodes.flatMap((node) => {
    const found = faultOf(graph, node);
    return found === null ? [] : [{ layer: node.name, ...found }];
  });
}

function faultOf(graph: HardwareGraph, node: HardwareNode): Omit<HardwareFault, 'layer'> | null {
  const { view } = nodeOf(graph, node);
  switch (node.opType) {
    case 'MVAU_hls':
    case 'VVAU_hls':
    case 'MVAU_rtl': {
      const refused = oneBitOperands(view);
      if (refused !== null) return { fault: refused, remedy: moreBits };
      const fault = node.opType === 'MVAU_rtl' ? (narrowOperands(view) ?? unsignedWeights(view)) : null;
      return fault === null ? null : { fault, remedy: inHls };
    }
    case 'VVAU_rtl': {
      const fault = unsignedWeights(view);
      return fault === null ? null : { fault, remedy: inHls };
    }
    case 'ConvolutionInputGenerator_rtl': {
      const fault = windowFault(view);
      return fault === null ? null : { fault, remedy: foldedOtherwise(graph, node) ?? otherNetwork };
    }
    case 'Pool_hls': {
      const fault = otherShift(view);
      return fault === null ? null : { fault, remedy: otherAverage };
    }
    case 'ElementwiseAdd_hls': {
      const fault = narrowSum(view);
      return fault === null ? null : { fault, remedy: oneSign };
    }
    case 'StreamingSplit_hls': {
      const fault = unequalParts(view);
      return fault === null ? null : { fault, remedy: equalParts };
    }
    default:
      return null;
  }
}

const equalParts = 'split the channels into equal parts';
const oneSign = 'quantise both branches with or without a sign, or exchange the operands of the Add';
const otherAverage = 'average with another kernel or width, or use a GlobalAveragePool';
const inHls = 'set its preferred_impl_style to "hls" in the specialize file of finn/preprocess';
const moreBits = 'train it with two bits, or with the values -1 and 1';
const otherNetwork = 'change the kernel or the stride in the network: no folding helps';
