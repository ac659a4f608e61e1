import type { ErrorObject } from 'ajv';
import type { StageKind } from './stage.ts';

/** A validation function that ajv compiled when the program was built. */
export interface Validator {
  (value: unknown): boolean;
  errors?: null | ErrorObject[];
}

/** What a board type has to offer; `part` is the FPGA's full name. */
export interface BoardType {
  readonly part: string;
  /** LUT, BRAM_18K, DSP, URAM. */
  readonly resources: { readonly [resource: string]: number };
}

/** Everything the engine knows of the world outside it, handed in by the command. */
export interface Registry {
  readonly kinds: ReadonlyMap<string, StageKind>;
  readonly boards: ReadonlyMap<string, BoardType>;
  /** Changes with every build of the program; part of no fingerprint, only of the plan cache. */
  readonly build: string;
  /** `envelope`, and one per stage kind; loaded only when a pipeline.yaml is new. */
  validators(): Promise<{ readonly [name: string]: Validator }>;
}
