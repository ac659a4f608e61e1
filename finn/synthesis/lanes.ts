import { addressBits } from '../bits.ts';
import { isVersal } from '../part.ts';

/** A product as the DSPs of `MVAU_rtl` see it. */
export interface Product {
  readonly weightBits: number;
  readonly activationBits: number;
  /** Whether the least value of the type of the weights does not occur. */
  readonly isNarrow: boolean;
}

/** Bits of a sum in a DSP lane: those of the lane itself, and those that are summed outside it. */
export interface LaneWidths {
  readonly low: number;
  readonly high: number;
}

/**
 * Weights that one DSP multiplies at once in `MVAU_rtl` (`NUM_LANES` in finn-rtllib/mvu/mvu.sv of FINN+ 1.6.1): those that its
 * port A holds at the distance of a product.
 */
function lanesOf({ weightBits, activationBits, isNarrow }: Product, part: string): number {
  const port = portWidth(part);
  if (weightBits === port) return 1;
  return 1 + Math.floor((port - (isNarrow ? 0 : 1) - weightBits) / (weightBits + activationBits - 1));
}

/** Whether Versal's DSPs sum three products of 8 and 9 bits at once, instead of using lanes (mvu_vvu_axi.sv, `genINT8`). */
export function sumsThree(product: Product, part: string): boolean {
  return (
    isVersal(part) && lanesOf(product, part) <= 3 && product.weightBits <= 8 && product.activationBits <= 9
  );
}

/** The widths of each lane for sums of `sumBits` over `simd` products (`sliceLanes` and `hi_width` in mvu.sv). */
export function laneWidths(
  product: Product,
  part: string,
  sumBits: number,
  simd: number,
): readonly LaneWidths[] {
  const lows = lowWidths(product, part, sumBits);
  return lows.map((low, lane) => ({ low, high: highWidth(lows, lane, sumBits, simd) }));
}

/** Bits of port A: 25 of a DSP48E1, 27 of a DSP48E2 or DSP58 (FINN+ 1.6.1 `get_dsp_block`). */
function portWidth(part: string): number {
  return part.charAt(2) === '7' ? 25 : 27;
}

/** The distance to the next lane; the last lane is bounded by the sum and by the DSP's output. */
function lowWidths(product: Product, part: string, sumBits: number): readonly number[] {
  const lanes = lanesOf(product, part);
  const least = product.weightBits + product.activationBits - 1;
  let slack = portWidth(part) - (product.isNarrow ? 0 : 1) - product.weightBits - (lanes - 1) * least;
  let offset = 0;
  const widths: number[] = [];
  for (let lane = 1; lane < lanes; lane += 1) {
    const extra = Math.floor((slack + lanes - 1 - lane) / (lanes - lane));
    widths.push(least + extra);
    slack -= extra;
    offset += least + extra;
  }
  const output = isVersal(part) ? 58 : 48;
  return [...widths, Math.min(sumBits, output - offset)];
}

function highWidth(lows: readonly number[], lane: number, sumBits: number, simd: number): number {
  const above = sumBits - (lows[lane] ?? 0);
  if (above <= 0) return lane === lows.length - 1 ? 0 : 1 + addressBits(simd);
  if (addressBits(simd) < above - 1) return 1 + above;
  let [overflow, distance] = [0, 0];
  for (let lower = lane; lower >= 0; lower -= 1) {
    distance += lows[lower] ?? 0;
    overflow += Math.floor(2 ** (sumBits - distance - 1));
  }
  return 1 + addressBits(overflow + simd);
}
