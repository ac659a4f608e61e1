import { addressBits } from '../bits.ts';
import type { SynthesisedResources } from '../ops/op.ts';
import { adderTreeSize } from './adder-tree.ts';
import { amounts } from './amounts.ts';
import type { LaneWidths, Product } from './lanes.ts';
import { laneWidths, sumsThree } from './lanes.ts';
import { sharedRam } from './luts-as-memory.ts';

/** The multipliers of an `MVAU_rtl`, without the memory of its weights. */
export interface Multiplier {
  readonly product: Product;
  readonly sumBits: number;
  readonly pe: number;
  readonly simd: number;
  /** Stream words of a vector, MW / SIMD. */
  readonly words: number;
  /** How often a vector is read, MH / PE. */
  readonly repetitions: number;
  /** Whether the DSPs run at twice the clock. */
  readonly isPumped: boolean;
}

/**
 * `mvu_vvu_axi` of finn-rtllib/mvu (FINN+ 1.6.1): replay buffer, DSPs, sums outside the DSPs, output queue. DSPs are those that are
 * instantiated by name; flip-flops and LUTs follow the code, LUTs by factors that are fitted to Yosys, see docs/resources.md.
 */
export function multiplierResources(multiplier: Multiplier, part: string): SynthesisedResources {
  const { product, sumBits, pe, simd, words, repetitions, isPumped } = multiplier;
  const used = isPumped ? Math.ceil(simd / 2) : simd;
  const core = sumsThree(product, part) ? dotProducts(pe, used) : packedLanes(multiplier, used, part);
  const inFlight = 4 + addressBits(simd + 1) + (simd === 1 ? 1 : 0);
  const replay = repetitions === 1 ? amounts({}) : replayBuffer(multiplier);
  const pumped = isPumped
    ? pe * used * product.weightBits + used * product.activationBits + pe * sumBits + 4
    : 0;
  return amounts({
    // The output queue is a shift register of a LUT for each bit.
    LUT: Math.round(31 + core.LUT + pe * sumBits + replay.LUT),
    FF: core.FF + pe * sumBits + addressBits(inFlight) + 3 + positionBits(words) + replay.FF + pumped,
    DSP: core.DSP,
  });
}

/** Versal's dot products sum in the DSPs. */
function dotProducts(pe: number, simd: number): SynthesisedResources {
  return amounts({ DSP: pe * Math.ceil(simd / 3) });
}

/** Each group of as many PE as a DSP has lanes, a DSP for each SIMD, and the sums over SIMD (mvu.sv). */
function packedLanes({ product, sumBits, pe }: Multiplier, simd: number, part: string): SynthesisedResources {
  const lanes = laneWidths(product, part, sumBits, simd);
  const pipeline = 4 + addressBits(simd) + (simd === 1 ? 1 : 0);
  const groups = Math.ceil(pe / lanes.length);
  let [LUT, FF] = [0, pipeline];
  for (let group = 0; group < groups; group += 1) {
    // A group of fewer PE uses the upper lanes.
    const members = Math.min(lanes.length, pe - group * lanes.length);
    FF += 6 * simd * (members - 1) + members * sumBits;
    for (const [index, lane] of lanes.slice(lanes.length - members).entries()) {
      const isTop = index === members - 1;
      const high = highSum(lane, simd, pipeline - 5);
      const low = adderTreeSize({
        inputs: simd,
        stages: pipeline - 4,
        widthOf: (inputs) => Math.min(addressBits(inputs) + lane.low, sumBits),
      });
      FF += high.flipFlops + low.flipFlops + (isTop && lane.high > 0 ? simd : 0);
      LUT += high.luts + low.adderBits + total(lane, index > 0, sumBits);
    }
  }
  return amounts({ LUT, FF, DSP: groups * simd });
}

/** The carries out of a lane: a tree over SIMD of numbers −1 to 1, and their sum over a vector. */
function highSum(
  { high }: LaneWidths,
  simd: number,
  stages: number,
): { readonly luts: number; readonly flipFlops: number } {
  if (high === 0) return { luts: 0, flipFlops: 0 };
  const tree = adderTreeSize({ inputs: simd, stages, widthOf: signedBits });
  return { luts: 1.5 * tree.adderBits + 1.7 * high, flipFlops: tree.flipFlops + high };
}

/** Bits of the numbers −n to n. */
function signedBits(n: number): number {
  return Math.max(addressBits(n + 1), addressBits(n)) + 1;
}

/** The total of a lane: its own carries are added above its sum, those of the lane below it subtracted. */
function total({ low, high }: LaneWidths, hasLower: boolean, sumBits: number): number {
  const addsOwn = high > 0 && sumBits > low;
  if (hasLower) return addsOwn ? 2 * sumBits : 1.1 * sumBits;
  return addsOwn ? 1.1 * (sumBits - low) : 0;
}

/** The memory that repeats a vector (finn-rtllib/mvu/replay_buffer.sv), of 2^n places. */
function replayBuffer({ product, simd, words, repetitions }: Multiplier): SynthesisedResources {
  const pointer = Math.max(1, addressBits(words));
  const bits = simd * product.activationBits;
  return amounts({
    LUT: sharedRam(2 ** pointer, bits),
    FF: bits + positionBits(repetitions) + 3 * (pointer + 1) + 2,
  });
}

/** Flip-flops that count so many places and remember the last. */
function positionBits(places: number): number {
  return places === 1 ? 0 : addressBits(places) + 1;
}
