/**
 * The controller of FINN's window generators (`swg_common.sv` of FINN+ 1.6.1): five nested loops, innermost first (SIMD groups,
 * kernel columns, kernel rows, image columns, image rows), as a state machine that says which loop has just ended.
 */
export interface LoopNestShape {
  /** Iterations of each loop less two, as the generated code has them. */
  readonly iterations: Five;
  /** The innermost loop that has iterations at all. */
  readonly innermost: number;
  /** What the address grows by at the end of an iteration of each loop. */
  readonly increments: Five;
}

export type Five = readonly [number, number, number, number, number];

export class LoopNest {
  readonly #initial: Int32Array;
  readonly #left: Int32Array;
  readonly #increments: Int32Array;
  readonly #innermost: number;
  #state: number;

  constructor({ iterations, innermost, increments }: LoopNestShape) {
    this.#initial = Int32Array.from(iterations);
    this.#left = Int32Array.from(iterations);
    // Between images the address stays.
    this.#increments = Int32Array.from([...increments, 0]);
    this.#innermost = innermost;
    this.#state = innermost;
  }

  /** What the address grows by in the present state. */
  get increment(): number {
    return this.#increments[this.#state] ?? 0;
  }

  /** Whether a loop has iterations left after the present one. */
  hasMore(loop: number): boolean {
    return (this.#left[loop] ?? 0) >= 0;
  }

  advance(): void {
    if (this.#state !== this.#innermost) {
      this.#state = this.#innermost;
      return;
    }
    const left = this.#left;
    for (let loop = 0; loop < 5; loop += 1) {
      const more = left[loop] ?? 0;
      if (more >= 0) {
        left[loop] = more - 1;
        this.#state = loop;
        return;
      }
      left[loop] = this.#initial[loop] ?? 0;
    }
    this.#state = 5;
  }
}
