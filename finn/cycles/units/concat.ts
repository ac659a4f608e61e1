import type { Unit, Wires } from './wires.ts';

/**
 * Streams that follow each other: some words of the first, then of the second and so on, one word a cycle, with register slices
 * of two words at each end. FINN's `StreamingConcat` is HLS, so this is assumed, see docs/timing.md.
 */
export class Concat implements Unit {
  readonly #arrived: Uint8Array;
  #turn = 0;
  #taken = 0;
  #leaving = 0;

  constructor(
    wires: Wires,
    readonly inputs: readonly number[],
    readonly output: number,
    readonly words: readonly number[],
  ) {
    this.#arrived = new Uint8Array(inputs.length);
    for (const input of inputs) wires.ready[input] = 1;
  }

  step({ valid, ready, fire }: Wires): void {
    const waiting = this.#arrived[this.#turn] ?? 0;
    const passes = waiting > 0 && this.#leaving < 2 ? 1 : 0;
    this.#leaving += passes - (fire[this.output] ?? 0);
    for (const [position, input] of this.inputs.entries()) {
      const taken = position === this.#turn ? passes : 0;
      const arrived = (this.#arrived[position] ?? 0) - taken + (fire[input] ?? 0);
      this.#arrived[position] = arrived;
      ready[input] = arrived < 2 ? 1 : 0;
    }
    valid[this.output] = this.#leaving > 0 ? 1 : 0;
    this.#taken += passes;
    if (this.#taken < (this.words[this.#turn] ?? 0)) return;
    this.#taken = 0;
    this.#turn = (this.#turn + 1) % this.words.length;
  }
}

export function stepConcats(units: readonly Concat[], wires: Wires): void {
  for (const unit of units) unit.step(wires);
}
