import { addressBits } from '../bits.ts';
import type { Synthesis } from '../ops/op.ts';
import { roundUpTo } from '../ops/shapes.ts';
import type { NodeView } from '../ops/view.ts';
import { amounts, certain } from './amounts.ts';

/**
 * `FMPadding_rtl`: three counters and two registers of a stream word (finn-rtllib/fmpadding/hdl/fmpadding.sv of FINN+ 1.6.1).
 * Flip-flops follow the code; LUTs by factors that are fitted to Yosys, see docs/resources.md.
 */
export function paddingResources(node: NodeView): Synthesis {
  const [height, width] = node.pair('ImgDim');
  const [top = 0, left = 0, bottom = 0, right = 0] = node.integers('Padding');
  const simd = node.integer('SIMD');
  const bits = roundUpTo(simd * node.datatype('inputDataType').bits, 8);
  const counters =
    addressBits(top + height + bottom + 1) +
    addressBits(left + width + right + 1) +
    addressBits(node.integer('NumChannels') / simd - 1) +
    1;
  return certain(amounts({ LUT: bits + Math.round(1.2 * counters), FF: 2 * bits + 2 + counters }));
}
