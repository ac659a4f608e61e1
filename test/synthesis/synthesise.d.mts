import type { Configuration, Row } from './configurations.d.mts';

export interface Pythons {
  readonly finn: string;
  readonly yosys: string;
}

export declare function synthesise(
  configurations: readonly Configuration[],
  pythons: Pythons,
): AsyncGenerator<Row>;
