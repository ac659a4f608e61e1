import type { LoopNestShape } from './loop-nest.ts';
import { LoopNest } from './loop-nest.ts';
import type { Unit, Wires } from './wires.ts';

/** A `ConvolutionInputGenerator_rtl` that reads its windows place by place; all counts are stream words. */
export interface WindowsShape {
  readonly loops: LoopNestShape;
  /** Index of the last word of an image, and of the last that a window needs. */
  readonly lastRead: number;
  readonly lastWritten: number;
  readonly buffer: number;
  readonly window: number;
  /** What the oldest word still needed grows by behind a window, at the end of a row, and of the image. */
  readonly tail: { readonly window: number; readonly row: number; readonly image: number };
  /** Whether windows leave in groups of channels. */
  readonly isDepthwise: boolean;
}

const [kernelRows, imageColumns, imageRows] = [2, 3, 4];

/**
 * `swg_template_default.sv` of FINN+ 1.6.1: a cyclic buffer that is filled while windows are read from it. It takes nothing of
 * the next image before the last window of this one has left.
 */
export class Windows implements Unit {
  readonly #loops: LoopNest;
  readonly #shape: WindowsShape;
  #newest = -1;
  #current = 0;
  #oldest = 0;
  #position = 0;
  #isReadingLast: boolean;
  #isRead = false;
  #isFetched = false;
  #isWritten = false;
  #isOut = 0;

  constructor(
    wires: Wires,
    readonly input: number,
    readonly output: number,
    shape: WindowsShape,
  ) {
    this.#shape = shape;
    this.#loops = new LoopNest(shape.loops);
    this.#isReadingLast = shape.lastRead === 0;
    wires.ready[input] = 1;
  }

  step({ valid, ready, fire }: Wires): void {
    const { buffer } = this.#shape;
    const arrives = fire[this.input] === 1;
    const leaves = fire[this.output] === 1;
    const lastArrives = arrives && this.#isReadingLast;
    const isDone = this.#isFetched;
    let ends = lastArrives && this.#isWritten;
    if (ends) this.#isWritten = false;
    if (this.#current <= this.#newest && (this.#isOut === 0 || leaves) && !isDone) this.#fetch();
    else if (leaves) this.#isOut = 0;
    if (leaves && isDone)
      if (this.#isRead || lastArrives) ends = true;
      else this.#isWritten = true;

    if (ends) this.#restart();
    else if (arrives) this.#take();
    valid[this.output] = this.#isOut;
    const edge = this.#newest - (buffer - 1);
    const hasRoom = this.#isFetched || (edge < this.#oldest && edge < this.#current);
    ready[this.input] = !this.#isRead && hasRoom ? 1 : 0;
  }

  #fetch(): void {
    const { window, lastWritten } = this.#shape;
    if (this.#position === 0) this.#oldest += this.#tailIncrement();
    this.#position = this.#position === window - 1 ? 0 : this.#position + 1;
    if (this.#current === lastWritten) this.#isFetched = true;
    else this.#current += this.#loops.increment;
    this.#isOut = 1;
    this.#loops.advance();
  }

  #tailIncrement(): number {
    const { tail, isDepthwise } = this.#shape;
    if (isDepthwise && this.#loops.hasMore(kernelRows)) return 1;
    if (this.#loops.hasMore(imageColumns)) return tail.window;
    return this.#loops.hasMore(imageRows) ? tail.row : tail.image;
  }

  #restart(): void {
    this.#newest = -1;
    this.#current = 0;
    this.#oldest = 0;
    this.#isFetched = false;
    this.#isRead = false;
    this.#isReadingLast = this.#shape.lastRead === 0;
  }

  #take(): void {
    this.#isRead = this.#isReadingLast;
    const { lastRead } = this.#shape;
    // The RTL compares bits of a counter that must not be negative, so it never sees the end of an image of two words.
    this.#isReadingLast = this.#newest === lastRead - 2 && this.#newest >= 0 && !this.#isReadingLast;
    this.#newest += 1;
  }
}

export function stepWindows(units: readonly Windows[], wires: Wires): void {
  for (const unit of units) unit.step(wires);
}
