import { fifoMemory, fifoStyle, shiftedWords, ultraQueue } from '../../fifo-memory.ts';
import { Delay } from './delay.ts';
import type { Unit, Wires } from './wires.ts';

/**
 * How a FIFO of `fifo.sv` behaves: `registers` is a memory with one output register, in shift registers or LUTRAM; `block` reads
 * through two registers that can stall; `ultra` through a pipeline that cannot, into a queue of 17 words, on FPGAs without URAM
 * too.
 */
export type FifoShape =
  | { readonly style: 'registers'; readonly memory: number }
  | { readonly style: 'block'; readonly memory: number }
  | { readonly style: 'ultra'; readonly memory: number; readonly pipeline: number };

/** The shape of a FIFO of `depth` words of `width` bits, padded to bytes as streams are; one of depth Infinity never fills. */
export function fifoShape(depth: number, width: number): FifoShape {
  if (depth === Infinity) return { style: 'registers', memory: 2 ** 30 };
  const style = fifoStyle(depth, width);
  switch (style) {
    case 'shift register':
      return { style: 'registers', memory: shiftedWords(depth) };
    case 'distributed':
      return { style: 'registers', memory: depth - 1 };
    case 'block':
      return { style, memory: fifoMemory(depth, style).words };
    case 'ultra': {
      const { words, pipeline } = fifoMemory(depth, style);
      return { style, memory: words, pipeline };
    }
  }
}

/** Words that a FIFO of this shape holds, its registers included. */
export function fifoCapacity(shape: FifoShape): number {
  switch (shape.style) {
    case 'registers':
      return shape.memory + 1;
    case 'block':
      return shape.memory + 2;
    case 'ultra':
      return shape.memory + ultraQueue + 1;
  }
}

/** A FIFO of fifo.sv; `held` is the number of words in it, `most` the largest number so far. */
export interface FifoUnit extends Unit {
  readonly most: number;
}

/** A memory and an output register. */
export class RegisterFifo implements FifoUnit {
  most = 0;
  #inMemory = 0;
  #isOut = 0;

  constructor(
    wires: Wires,
    readonly input: number,
    readonly output: number,
    readonly memory: number,
  ) {
    wires.ready[input] = 1;
  }

  step({ valid, ready, fire }: Wires): void {
    const inMemory = this.#inMemory;
    const isOut = this.#isOut;
    const arrived = fire[this.input] ?? 0;
    const moves = (isOut ^ 1) | (fire[this.output] ?? 0);
    const next = moves & (-inMemory >>> 31);
    const now = inMemory + arrived - next;
    const out = next | (isOut & ~moves);
    this.#inMemory = now;
    this.#isOut = out;
    valid[this.output] = out;
    ready[this.input] = (now - this.memory) >>> 31;
    const held = now + out;
    if (held > this.most) this.most = held;
  }
}

/** A block memory behind two registers, which stall together. */
export class BlockFifo implements FifoUnit {
  most = 0;
  #inMemory = 0;
  #isRead = 0;
  #isOut = 0;

  constructor(
    wires: Wires,
    readonly input: number,
    readonly output: number,
    readonly memory: number,
  ) {
    wires.ready[input] = 1;
  }

  step({ valid, ready, fire }: Wires): void {
    let inMemory = this.#inMemory;
    const arrived = fire[this.input] ?? 0;
    if (this.#isOut === 0 || fire[this.output] === 1) {
      this.#isOut = this.#isRead;
      this.#isRead = inMemory > 0 ? 1 : 0;
      inMemory -= this.#isRead;
      valid[this.output] = this.#isOut;
    }
    inMemory += arrived;
    this.#inMemory = inMemory;
    ready[this.input] = inMemory < this.memory ? 1 : 0;
    const held = inMemory + this.#isRead + this.#isOut;
    if (held > this.most) this.most = held;
  }
}

/** A memory that is read through a free-running pipeline into a queue; credit keeps the queue from overflowing. */
export class UltraFifo implements FifoUnit {
  most = 0;
  #inMemory = 0;
  #credit = ultraQueue + 1;
  #inQueue = 0;
  #isOut = 0;
  readonly #pipeline: Delay;

  constructor(
    wires: Wires,
    readonly input: number,
    readonly output: number,
    readonly memory: number,
    pipeline: number,
  ) {
    wires.ready[input] = 1;
    this.#pipeline = new Delay(pipeline);
  }

  step({ valid, ready, fire }: Wires): void {
    const arrived = fire[this.input] ?? 0;
    const left = fire[this.output] ?? 0;
    const drained = this.#credit > 0 && this.#inMemory > 0 ? 1 : 0;
    const queued = this.#pipeline.step(drained);
    this.#credit += left - drained;
    if (this.#isOut === 0 || left === 1) {
      this.#isOut = this.#inQueue > 0 ? 1 : 0;
      this.#inQueue -= this.#isOut;
      valid[this.output] = this.#isOut;
    }
    this.#inQueue += queued;
    this.#inMemory += arrived - drained;
    ready[this.input] = this.#inMemory < this.memory ? 1 : 0;
    const held = this.#inMemory + ultraQueue + 1 - this.#credit;
    if (held > this.most) this.most = held;
  }
}

export function stepRegisterFifos(units: readonly RegisterFifo[], wires: Wires): void {
  for (const unit of units) unit.step(wires);
}

export function stepBlockFifos(units: readonly BlockFifo[], wires: Wires): void {
  for (const unit of units) unit.step(wires);
}

export function stepUltraFifos(units: readonly UltraFifo[], wires: Wires): void {
  for (const unit of units) unit.step(wires);
}
