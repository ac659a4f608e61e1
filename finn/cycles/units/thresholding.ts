import { addressBits } from '../../bits.ts';
import { Delay } from './delay.ts';
import type { Unit, Wires } from './wires.ts';

/**
 * `thresholding.sv` of FINN+ 1.6.1: a free-running pipeline, one or (`deep`) two stages for each bit of the result, into an
 * output queue; credit for what is in both keeps the queue from overflowing.
 */
export class Thresholding implements Unit {
  readonly #pipeline: Delay;
  #credit: number;
  #inQueue = 0;
  #isOut = 0;

  constructor(
    wires: Wires,
    readonly input: number,
    readonly output: number,
    { steps, isDeep }: { readonly steps: number; readonly isDeep: boolean },
  ) {
    const stages = addressBits(steps + 1) * (isDeep ? 2 : 1);
    this.#credit = stages + 2;
    this.#pipeline = new Delay(stages);
    wires.ready[input] = 1;
  }

  step({ valid, ready, fire }: Wires): void {
    const arrives = fire[this.input] ?? 0;
    const leaves = fire[this.output] ?? 0;
    this.#credit += leaves - arrives;
    const result = this.#pipeline.step(arrives);
    const moves = (this.#isOut ^ 1) | leaves;
    const next = moves & (-this.#inQueue >>> 31);
    this.#isOut = next | (this.#isOut & ~moves);
    this.#inQueue += result - next;
    valid[this.output] = this.#isOut;
    ready[this.input] = ~this.#credit >>> 31;
  }
}

export function stepThresholdings(units: readonly Thresholding[], wires: Wires): void {
  for (const unit of units) unit.step(wires);
}
