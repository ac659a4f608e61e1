import { addressBits } from '../../bits.ts';
import { Delay } from './delay.ts';
import { ReplayBuffer } from './replay-buffer.ts';
import type { Unit, Wires } from './wires.ts';

/** An `MVAU_rtl`; `queue` is the number of places that its output queue has more than FINN's. */
export interface MatrixVectorShape {
  /** Input words of a vector, MW / SIMD. */
  readonly synapseFold: number;
  /** How often a vector is used, MH / PE. */
  readonly neuronFold: number;
  readonly simd: number;
  readonly queue: number;
}

/**
 * `mvu_vvu_axi.sv` of FINN+ 1.6.1 for DSP48: a replay buffer, a free-running pipeline of products and sums, and an output queue
 * that locks the pipeline's input once it holds a word that cannot leave, until it is empty again. Weights are always there:
 * `memstream` reads ahead of them.
 */
export class MatrixVector implements Unit {
  /** Results that came while the queue was full; the RTL overwrites a word then. */
  lost = 0;
  #inQueue = 0;
  #isOut = 0;
  #isLocked = 0;
  readonly #places: number;
  readonly #pipeline: Delay;
  readonly #replay: ReplayBuffer;

  constructor(
    wires: Wires,
    readonly input: number,
    readonly output: number,
    { synapseFold, neuronFold, simd, queue }: MatrixVectorShape,
  ) {
    const single = simd === 1 ? 1 : 0;
    this.#places = 4 + addressBits(simd + 1) + single + queue;
    this.#pipeline = new Delay(4 + addressBits(simd) + single);
    this.#replay = new ReplayBuffer(synapseFold, neuronFold);
    wires.ready[input] = 1;
  }

  step({ valid, ready, fire }: Wires): void {
    const last = this.#replay.step(fire[this.input] ?? 0, this.#isLocked === 0);
    const result = this.#pipeline.step(last);
    const moves = (this.#isOut ^ 1) | (fire[this.output] ?? 0);
    const hasWord = -this.#inQueue >>> 31;
    this.#isLocked = hasWord & (this.#isLocked | ~moves);
    const next = moves & hasWord;
    const now = this.#inQueue + result - next;
    this.#isOut = next | (this.#isOut & ~moves);
    valid[this.output] = this.#isOut;
    this.#inQueue = now;
    if (now > this.#places) this.lost += 1;
    ready[this.input] = this.#replay.isReady(this.#isLocked === 0) ? 1 : 0;
  }
}

export function stepMatrixVectors(units: readonly MatrixVector[], wires: Wires): void {
  for (const unit of units) unit.step(wires);
}
