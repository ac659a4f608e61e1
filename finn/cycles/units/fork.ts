import type { Unit, Wires } from './wires.ts';

/**
 * A stream that is copied to several: one word a cycle, behind each output a register slice of two words. FINN's
 * `DuplicateStreams` is HLS, so this is assumed, see docs/timing.md.
 */
export class Fork implements Unit {
  readonly #held: Uint8Array;

  constructor(
    wires: Wires,
    readonly input: number,
    readonly outputs: readonly number[],
  ) {
    this.#held = new Uint8Array(outputs.length);
    wires.ready[input] = 1;
  }

  step({ valid, ready, fire }: Wires): void {
    const arrives = fire[this.input] ?? 0;
    let isFree = 1;
    for (const [position, output] of this.outputs.entries()) {
      const held = (this.#held[position] ?? 0) + arrives - (fire[output] ?? 0);
      this.#held[position] = held;
      valid[output] = held > 0 ? 1 : 0;
      if (held >= 2) isFree = 0;
    }
    ready[this.input] = isFree;
  }
}

export function stepForks(units: readonly Fork[], wires: Wires): void {
  for (const unit of units) unit.step(wires);
}
