import { matrixMemory } from '../ops/mvau-memory.ts';
import type { Synthesis } from '../ops/op.ts';
import type { NodeView } from '../ops/view.ts';
import { matrixVectorLuts } from '../overheads/matrix-vector.ts';
import { amounts, certain } from './amounts.ts';
import { multiplierDsps } from './lanes.ts';

/** An `MVAU_rtl`: its multipliers and the stream of its weights. */
export function matrixVector(node: NodeView, part: string): Synthesis {
  const memory = matrixMemory(node);
  const [pe, simd] = [node.integer('PE'), node.integer('SIMD')];
  return certain(
    amounts({
      LUT: matrixVectorLuts(node),
      BRAM_18K: memory.brams,
      URAM: memory.urams,
      DSP: multiplierDsps(pe, simd, productOf(node), part),
    }),
  );
}

function productOf(node: NodeView) {
  const { values } = node.parameter(1);
  const type = node.datatype('weightDataType');
  const least = values.reduce((smallest, value) => Math.min(smallest, value), Infinity);
  return {
    weightBits: type.bits,
    activationBits: node.datatype('inputDataType').bits,
    isNarrow: least > -(2 ** (type.bits - 1)),
  };
}
