import type { Unit, Wires } from './wires.ts';

/**
 * Two streams that become one, word by word: `eltwise.sv` of FINN+ 1.6.1 for integers, with a register at each input and
 * credit for what is in its stage and its output queue. FINN builds the joins of a network in HLS, so there it is assumed, see
 * docs/timing.md.
 */
export class Join implements Unit {
  #wantsLeft = 1;
  #wantsRight = 1;
  #pending = 0;
  #stage = 0;
  #inQueue = 0;
  #isOut = 0;

  constructor(
    wires: Wires,
    readonly left: number,
    readonly right: number,
    readonly output: number,
  ) {
    wires.ready[left] = 1;
    wires.ready[right] = 1;
  }

  step({ valid, ready, fire }: Wires): void {
    const leaves = fire[this.output] ?? 0;
    const hasLeft = fire[this.left] === 1 || this.#wantsLeft === 0;
    const hasRight = fire[this.right] === 1 || this.#wantsRight === 0;
    const takes = hasLeft && hasRight && this.#pending < places ? 1 : 0;
    const queued = this.#inQueue;
    if (this.#isOut === 0 || leaves === 1) {
      this.#isOut = queued > 0 ? 1 : 0;
      this.#inQueue -= this.#isOut;
      valid[this.output] = this.#isOut;
    }
    this.#inQueue += this.#stage;
    this.#stage = takes;
    this.#pending += takes - leaves;
    this.#wantsLeft = takes === 1 || !hasLeft ? 1 : 0;
    this.#wantsRight = takes === 1 || !hasRight ? 1 : 0;
    ready[this.left] = this.#wantsLeft;
    ready[this.right] = this.#wantsRight;
  }
}

/** One stage and three places of the queue behind it. */
const places = 4;

export function stepJoins(units: readonly Join[], wires: Wires): void {
  for (const unit of units) unit.step(wires);
}
