import type { ErrorObject } from 'ajv';
import type { PlannedStage } from './plan.ts';
import type { StageKind, Toolchain } from './stage.ts';
import type { JsonObject } from '../../base/json.ts';

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
  /** What a build for it must know besides; goes to the stages as it is. */
  readonly platform: JsonObject;
}

/** Everything the engine knows of the world outside it, handed in by the command. */
export interface Registry {
  /** Every kind of stage, also those that no file may name because only `elaborate` makes them. */
  readonly kinds: ReadonlyMap<string, StageKind>;
  readonly elaborate: (stages: readonly PlannedStage[], toolchain: Toolchain) => readonly PlannedStage[];
  readonly boards: ReadonlyMap<string, BoardType>;
  /** Changes with every build of the program; part of no fingerprint, only of the plan cache. */
  readonly build: string;
  readonly validators: () => Promise<{ readonly [name: string]: Validator }>;
}
