import type { Synthesis } from '../ops/op.ts';
import type { NodeView } from '../ops/view.ts';
import { weightDepth } from '../ops/vvau.ts';
import { wordWidth } from '../ops/weight-memory.ts';
import { amounts, certain, sumSyntheses } from './amounts.ts';
import { weightStreamResources } from './weight-stream.ts';

/**
 * A `VVAU_rtl`, which Versal's DSPs alone can build: each sums three products (finn-rtllib/mvu/mvu_vvu_8sx9_dsp58.sv of FINN+
 * 1.6.1). LUTs are those of the output queue; Yosys cannot check them, since it does not know these DSPs.
 */
export function vectorVector(node: NodeView): Synthesis {
  const [pe, simd] = [node.integer('PE'), node.integer('SIMD')];
  const queue = pe * node.datatype('accDataType').bits;
  const units = amounts({ LUT: 31 + queue, FF: queue + 20, DSP: pe * Math.ceil(simd / 3) });
  const stream = { words: weightDepth(node), bits: wordWidth(node), style: node.text('ram_style') };
  return sumSyntheses([certain(units), weightStreamResources(stream)]);
}
