import type { Unit, Wires } from './wires.ts';

/** An `FMPadding_rtl`; columns and rows are those of the padded image. */
export interface PaddingShape {
  /** Words of a pixel. */
  readonly groups: number;
  readonly columns: Axis;
  readonly rows: Axis;
}

/** Along one axis of the padded image, the first index of the image and the first behind it, and the last index of all. */
export interface Axis {
  readonly from: number;
  readonly to: number;
  readonly last: number;
}

/** `fmpadding.sv` of FINN+ 1.6.1: an input and an output register; it gives out padding before the first word has come. */
export class Padding implements Unit {
  #isIn = 0;
  #isOut = 0;
  #group = 0;
  #column = 0;
  #row = 0;
  #isImage: boolean;

  constructor(
    wires: Wires,
    readonly input: number,
    readonly output: number,
    readonly shape: PaddingShape,
  ) {
    this.#isImage = this.#isInside();
    wires.ready[input] = 1;
  }

  step({ valid, ready, fire }: Wires): void {
    const isFree = this.#isOut === 0 || fire[this.output] === 1;
    const isThere = fire[this.input] === 1 || this.#isIn === 1;
    const isImage = this.#isImage;
    const goesOn = isThere || !isImage;
    this.#isIn = isThere && (!isFree || !isImage) ? 1 : 0;
    if (isFree) {
      this.#isOut = goesOn ? 1 : 0;
      valid[this.output] = this.#isOut;
      if (goesOn) this.#advance();
    }
    ready[this.input] = 1 - this.#isIn;
  }

  #advance(): void {
    const { groups, columns, rows } = this.shape;
    this.#group += 1;
    if (this.#group < groups) return;
    this.#group = 0;
    if (this.#column === columns.last) {
      this.#column = 0;
      this.#row = this.#row === rows.last ? 0 : this.#row + 1;
    } else {
      this.#column += 1;
    }
    this.#isImage = this.#isInside();
  }

  #isInside(): boolean {
    const { columns, rows } = this.shape;
    return (
      columns.from <= this.#column &&
      this.#column < columns.to &&
      rows.from <= this.#row &&
      this.#row < rows.to
    );
  }
}

export function stepPaddings(units: readonly Padding[], wires: Wires): void {
  for (const unit of units) unit.step(wires);
}
