import { greatestCommonDivisor } from '../../bits.ts';
import type { Unit, Wires } from './wires.ts';

/**
 * A converter between stream widths, `vpc.sv` (finn-rtllib of FINN+ 1.6.1) as `dwc_axi.sv` uses it: one signed counter of the
 * free places in its buffer, in units of what both widths have in common.
 */
export class Converter implements Unit {
  readonly #taken: number;
  readonly #given: number;
  #free: number;

  constructor(
    wires: Wires,
    readonly input: number,
    readonly output: number,
    inputWidth: number,
    outputWidth: number,
  ) {
    const common = greatestCommonDivisor(inputWidth, outputWidth);
    this.#taken = inputWidth / common;
    this.#given = outputWidth / common;
    this.#free = this.#given;
    wires.ready[input] = 1;
  }

  step({ valid, ready, fire }: Wires): void {
    const arrives = -(fire[this.input] ?? 0);
    const leaves = -(fire[this.output] ?? 0);
    const free = this.#free - (arrives & this.#taken) + (leaves & this.#given);
    this.#free = free;
    ready[this.input] = ~free >>> 31;
    valid[this.output] = (free - 1) >>> 31;
  }
}

/** `vpc.sv` for an output of one bit, `genSer`: a whole word is loaded and leaves bit by bit through a side register. */
export class Serialiser implements Unit {
  #left = 0;
  #isOut = 0;

  constructor(
    wires: Wires,
    readonly input: number,
    readonly output: number,
    readonly width: number,
  ) {
    wires.ready[input] = 1;
  }

  step({ valid, ready, fire }: Wires): void {
    const left = fire[this.output] === 1;
    const bypasses = this.#isOut === 0 || left;
    const shifts = this.#left > 0 && bypasses;
    if (shifts) this.#isOut = 1;
    else if (left) this.#isOut = 0;
    if (fire[this.input] === 1) {
      if (bypasses) this.#isOut = 1;
      this.#left += this.width - (bypasses ? 1 : 0);
    } else if (shifts) {
      this.#left -= 1;
    }
    ready[this.input] = this.#left === 0 ? 1 : 0;
    valid[this.output] = this.#isOut;
  }
}

/** `vpc.sv` for an input of one bit, `genDes`: bits fill a word; one more waits in a side register while the word cannot leave. */
export class Deserialiser implements Unit {
  #missing: number;
  #isAside = false;

  constructor(
    wires: Wires,
    readonly input: number,
    readonly output: number,
    readonly width: number,
  ) {
    this.#missing = width;
    wires.ready[input] = 1;
  }

  step({ valid, ready, fire }: Wires): void {
    const arrived = fire[this.input] === 1;
    const left = fire[this.output] === 1;
    const isFull = this.#missing === 0;
    const first = arrived || this.#isAside ? 1 : 0;
    if (arrived && !isFull) this.#missing -= 1;
    else if (left) this.#missing = this.width - first;
    if (arrived && isFull && !left) this.#isAside = true;
    else if (left && !arrived) this.#isAside = false;
    ready[this.input] = this.#isAside ? 0 : 1;
    valid[this.output] = this.#missing === 0 ? 1 : 0;
  }
}

export function stepConverters(units: readonly Converter[], wires: Wires): void {
  for (const unit of units) unit.step(wires);
}

export function stepSerialisers(units: readonly Serialiser[], wires: Wires): void {
  for (const unit of units) unit.step(wires);
}

export function stepDeserialisers(units: readonly Deserialiser[], wires: Wires): void {
  for (const unit of units) unit.step(wires);
}
