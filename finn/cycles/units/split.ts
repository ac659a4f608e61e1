import type { Unit, Wires } from './wires.ts';

/**
 * A stream that is divided: some words go to the first output, then some to the second and so on, one word a cycle, with register
 * slices of two words at each end. FINN's `StreamingSplit` is HLS, so this is assumed, see docs/timing.md.
 */
export class Split implements Unit {
  readonly #leaving: Uint8Array;
  #arrived = 0;
  #turn = 0;
  #given = 0;

  constructor(
    wires: Wires,
    readonly input: number,
    readonly outputs: readonly number[],
    readonly words: readonly number[],
  ) {
    this.#leaving = new Uint8Array(outputs.length);
    wires.ready[input] = 1;
  }

  step({ valid, ready, fire }: Wires): void {
    const passes = this.#arrived > 0 && (this.#leaving[this.#turn] ?? 0) < 2 ? 1 : 0;
    this.#arrived += (fire[this.input] ?? 0) - passes;
    for (const [position, output] of this.outputs.entries()) {
      const given = position === this.#turn ? passes : 0;
      const leaving = (this.#leaving[position] ?? 0) + given - (fire[output] ?? 0);
      this.#leaving[position] = leaving;
      valid[output] = leaving > 0 ? 1 : 0;
    }
    ready[this.input] = this.#arrived < 2 ? 1 : 0;
    this.#given += passes;
    if (this.#given < (this.words[this.#turn] ?? 0)) return;
    this.#given = 0;
    this.#turn = (this.#turn + 1) % this.words.length;
  }
}

export function stepSplits(units: readonly Split[], wires: Wires): void {
  for (const unit of units) unit.step(wires);
}
