import { isVersal } from '../part.ts';

/** A product as the DSPs of `MVAU_rtl` see it. */
export interface Product {
  readonly weightBits: number;
  readonly activationBits: number;
  /** Whether the least weight, −2^(bits−1), does not occur. */
  readonly isNarrow: boolean;
}

/**
 * Weights that one DSP multiplies at once in `MVAU_rtl` (`NUM_LANES` in finn-rtllib/mvu/mvu.sv of FINN+ 1.6.1): those that its
 * port A of 25 bits (DSP48E1) or 27 bits (DSP48E2, DSP58) holds at the distance of a product.
 */
export function lanesOf({ weightBits, activationBits, isNarrow }: Product, part: string): number {
  const port = isSeries7(part) ? 25 : 27;
  if (weightBits === port) return 1;
  return 1 + Math.floor((port - (isNarrow ? 0 : 1) - weightBits) / (weightBits + activationBits - 1));
}

/**
 * DSPs of an `MVAU_rtl` of PE × SIMD products: a DSP for each group of lanes and each SIMD (mvu.sv, `genPipes`), or on Versal, if
 * no more than three lanes fit and the operands are of 8 and 9 bits or less, one for three SIMD (mvu_vvu_axi.sv, `genINT8`).
 */
export function multiplierDsps(pe: number, simd: number, product: Product, part: string): number {
  const lanes = lanesOf(product, part);
  const isDotProduct = lanes <= 3 && product.weightBits <= 8 && product.activationBits <= 9;
  if (isVersal(part) && isDotProduct) return pe * Math.ceil(simd / 3);
  return Math.ceil(pe / lanes) * simd;
}

/** Whether the DSPs of a part are DSP48E1 (FINN+ 1.6.1 `get_dsp_block`). */
function isSeries7(part: string): boolean {
  return part.charAt(2) === '7';
}
