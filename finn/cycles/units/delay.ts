/** A shift register of `length` bits without an enable: what enters at one step leaves that many steps later. */
export class Delay {
  readonly #bits: Uint8Array;
  #at = 0;

  constructor(length: number) {
    this.#bits = new Uint8Array(length);
  }

  step(enters: number): number {
    const at = this.#at;
    const leaves = this.#bits[at] ?? 0;
    this.#bits[at] = enters;
    this.#at = at + 1 === this.#bits.length ? 0 : at + 1;
    return leaves;
  }
}
