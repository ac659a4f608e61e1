import type { LoopNestShape } from './loop-nest.ts';
import { LoopNest } from './loop-nest.ts';
import type { Unit, Wires } from './wires.ts';

/** A `ConvolutionInputGenerator_rtl` with `parallel_window`, or a kernel of one place; all counts are stream words. */
export interface ParallelWindowsShape {
  readonly loops: LoopNestShape;
  /** Index of the last word of an image, and of the words that complete the first and the last window. */
  readonly lastRead: number;
  readonly firstWritten: number;
  readonly lastWritten: number;
}

/**
 * `swg_template_parallel.sv` of FINN+ 1.6.1: registers and line buffers that shift together and give out a whole window at a
 * time. It is the only unit that takes a word depending on whether one leaves in the same cycle: `veto` comes before all steps.
 */
export class ParallelWindows implements Unit {
  readonly #loops: LoopNest;
  readonly #shape: ParallelWindowsShape;
  #newest = -1;
  #current: number;
  #isWritten = false;
  #isDone = false;

  constructor(
    readonly wires: Wires,
    readonly input: number,
    readonly output: number,
    shape: ParallelWindowsShape,
  ) {
    this.#shape = shape;
    this.#loops = new LoopNest(shape.loops);
    this.#current = shape.firstWritten;
    this.#settle();
  }

  /** Takes back that a word arrives where the window before it cannot leave; returns whether one did. */
  veto(): boolean {
    const { valid, fire } = this.wires;
    if (fire[this.input] === 0 || valid[this.output] === 0 || fire[this.output] === 1) return false;
    fire[this.input] = 0;
    return true;
  }

  step({ fire }: Wires): void {
    const { lastRead, lastWritten, firstWritten } = this.#shape;
    const arrives = fire[this.input] === 1;
    const writes = this.#writes();
    const isOut = writes && (fire[this.output] === 1 || this.#isWritten);
    const shifts = arrives || (!this.#reads() && (isOut || !writes));
    const isLastRead = this.#newest === lastRead || (arrives && this.#newest === lastRead - 1);
    let ends = arrives && isLastRead && this.#isDone;
    if (isOut && this.#current === lastWritten) {
      this.#isDone = true;
      ends ||= isLastRead;
    } else if (isOut) {
      this.#current += this.#loops.increment;
    }
    if (isOut) this.#loops.advance();
    if (arrives) this.#newest += 1;
    this.#isWritten = !shifts && (isOut || this.#isWritten);
    if (ends) {
      this.#newest = -1;
      this.#current = firstWritten;
      this.#isDone = false;
    }
    this.#settle();
  }

  #writes(): boolean {
    return this.#current <= this.#newest && !this.#isDone;
  }

  #reads(): boolean {
    return this.#newest !== this.#shape.lastRead && (this.#isDone || this.#newest <= this.#current);
  }

  #settle(): void {
    this.wires.valid[this.output] = this.#writes() && !this.#isWritten ? 1 : 0;
    this.wires.ready[this.input] = this.#reads() ? 1 : 0;
  }
}

export function stepParallelWindows(units: readonly ParallelWindows[], wires: Wires): void {
  for (const unit of units) unit.step(wires);
}
