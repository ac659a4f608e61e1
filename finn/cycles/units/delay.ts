import { addressBits } from '../../bits.ts';

/** A shift register of `length` bits without an enable: what enters at one step leaves that many steps later. */
export class Delay {
  readonly #bits: Uint8Array;
  readonly #mask: number;
  #at = 0;

  constructor(readonly length: number) {
    this.#bits = new Uint8Array(2 ** addressBits(length));
    this.#mask = this.#bits.length - 1;
  }

  step(enters: number): number {
    const at = this.#at;
    const leaves = this.#bits[(at - this.length) & this.#mask] ?? 0;
    this.#bits[at] = enters;
    this.#at = (at + 1) & this.#mask;
    return leaves;
  }
}
