import { addressBits } from '../../bits.ts';

/**
 * `replay_buffer.sv` of FINN+ 1.6.1: keeps a vector of `length` words and gives it out `repetitions` times. It has 2^n places,
 * so that the next vector finds room only where the length is not a power of two, or once the last repetition frees it. With one
 * repetition there is no buffer.
 */
export class ReplayBuffer {
  readonly #places: number;
  #written = 0;
  #read = 0;
  #freed = 0;
  #position = 0;
  #repetition = 0;
  #isOut = false;
  #isLast = false;

  constructor(
    readonly length: number,
    readonly repetitions: number,
  ) {
    this.#places = 2 ** Math.max(1, addressBits(length));
  }

  /** One clock edge; returns 1 if the last word of a vector goes to the consumer in this cycle, otherwise 0. */
  step(arrived: number, isTaken: boolean): number {
    if (this.repetitions === 1) return arrived === 1 ? this.#passed() : 0;
    const last = this.#isOut && isTaken && this.#isLast ? 1 : 0;
    if (!this.#isOut || isTaken) this.#advance();
    this.#written += arrived;
    return last;
  }

  /** Whether it takes a word in the next cycle, given whether its consumer does. */
  isReady(isTaken: boolean): boolean {
    return this.repetitions === 1 ? isTaken : this.#written - this.#freed !== this.#places;
  }

  #passed(): number {
    this.#position = this.#position + 1 === this.length ? 0 : this.#position + 1;
    return this.#position === 0 ? 1 : 0;
  }

  #advance(): void {
    this.#isOut = this.#read !== this.#written;
    if (!this.#isOut) return;
    const isLast = this.#position === this.length - 1;
    const isLastTime = this.#repetition === this.repetitions - 1;
    this.#isLast = isLast;
    this.#read += isLast && !isLastTime ? 1 - this.length : 1;
    if (isLastTime) this.#freed += 1;
    this.#position = isLast ? 0 : this.#position + 1;
    if (isLast) this.#repetition = isLastTime ? 0 : this.#repetition + 1;
  }
}
