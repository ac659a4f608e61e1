import type { ErrorObject } from 'ajv';
import type { JsonObject } from '../../base/json.ts';
import type { Result } from '../../base/result.ts';
import type { PlannedStage } from './plan.ts';
import type { StageKind } from './stage.ts';

/** A validation function that ajv compiled when the program was built. */
export interface Validator {
  (value: unknown): boolean;
  errors?: null | ErrorObject[];
}

/** What a board type offers; `part` is the FPGA's full name. */
export interface BoardOffer {
  readonly part: string;
  /** Amounts by resource. */
  readonly resources: { readonly [resource: string]: number };
  /** What a build for it must know besides; goes to the stages as it is. */
  readonly platform: JsonObject;
}

/** Everything the engine knows of the world outside it, handed in by the command. */
export interface Registry {
  /** Every kind of stage, also those that no file may name because only `elaborate` makes them. */
  readonly kinds: ReadonlyMap<string, StageKind>;
  /**
   * Reads the section `toolchain` of a file, which fits its schema, and fills in what is not written; refuses one whose parts
   * contradict each other. Paths of diagnostics lead into the section.
   */
  readonly readToolchain: (written: JsonObject) => Result<JsonObject>;
  /** Adds and divides stages as the toolchain asks for: what a file calls one stage may be several steps. */
  readonly elaborate: (stages: readonly PlannedStage[], toolchain: JsonObject) => readonly PlannedStage[];
  readonly boards: ReadonlyMap<string, BoardOffer>;
  /** Changes with every build of the program; part of no fingerprint, only of the plan cache. */
  readonly build: string;
  /** `envelope`, and one per stage kind; loaded only when a pipeline.yaml is new. */
  readonly validators: () => Promise<{ readonly [name: string]: Validator }>;
}
