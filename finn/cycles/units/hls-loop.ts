import type { Unit, Wires } from './wires.ts';

/** Bits of an entry of a pattern: the iteration reads a word, it writes one. */
export const reads = 1;
export const writes = 2;

/** The loop of an HLS layer: the same pattern of iterations several times makes an image. */
export interface LoopShape {
  readonly pattern: Uint8Array;
  readonly repetitions: number;
}

/** Stages of the pipeline, and cycles between two images besides those in which it runs empty; assumed, see docs/timing.md. */
const stages = 8;
const gap = 2;

/**
 * A loop that Vitis HLS pipelines with an initiation interval of 1 and `style=flp`: stages that move on without input, behind
 * and before register slices of two words. It runs empty at the end of an image.
 */
export class HlsLoop implements Unit {
  readonly #pattern: Uint8Array;
  readonly #all = 2 ** stages - 1;
  readonly #last = 2 ** (stages - 1);
  #place = 0;
  #repetition = 0;
  #busy = 0;
  #writing = 0;
  #inward = 0;
  #outward = 0;
  #isDraining = false;
  #wait = 0;

  constructor(
    wires: Wires,
    readonly input: number,
    readonly output: number,
    readonly shape: LoopShape,
  ) {
    this.#pattern = shape.pattern;
    wires.ready[input] = 1;
  }

  step({ valid, ready, fire }: Wires): void {
    const hasRoom = this.#moveOn();
    if (this.#isDraining) this.#drain();
    else if (hasRoom) this.#iterate();
    this.#outward -= fire[this.output] ?? 0;
    this.#inward += fire[this.input] ?? 0;
    valid[this.output] = this.#outward > 0 ? 1 : 0;
    ready[this.input] = this.#inward < 2 ? 1 : 0;
  }

  /** Moves the stages on; if the last one cannot write, those behind the foremost empty stage. Whether the first is free then. */
  #moveOn(): boolean {
    if ((this.#writing & this.#last) === 0 || this.#outward < 2) {
      if ((this.#writing & this.#last) !== 0) this.#outward += 1;
      this.#busy = (this.#busy << 1) & this.#all;
      this.#writing = (this.#writing << 1) & this.#all;
      return true;
    }
    const empty = ~this.#busy & this.#all;
    if (empty === 0) return false;
    const foremost = 1 << (31 - Math.clz32(empty));
    const behind = foremost - 1;
    const before = ~(behind | foremost);
    this.#busy = (this.#busy & before) | ((this.#busy & behind) << 1);
    this.#writing = (this.#writing & before) | ((this.#writing & behind) << 1);
    return true;
  }

  #drain(): void {
    if (this.#busy !== 0) return;
    this.#isDraining = this.#wait > 0;
    this.#wait -= 1;
  }

  #iterate(): void {
    const does = this.#pattern[this.#place] ?? 0;
    const needsWord = (does & reads) !== 0;
    if (needsWord && this.#inward === 0) return;
    if (needsWord) this.#inward -= 1;
    this.#busy |= 1;
    if ((does & writes) !== 0) this.#writing |= 1;
    this.#place += 1;
    if (this.#place < this.#pattern.length) return;
    this.#place = 0;
    this.#repetition += 1;
    if (this.#repetition < this.shape.repetitions) return;
    this.#repetition = 0;
    this.#isDraining = true;
    this.#wait = gap;
  }
}

export function stepHlsLoops(units: readonly HlsLoop[], wires: Wires): void {
  for (const unit of units) unit.step(wires);
}
