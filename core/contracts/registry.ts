import type { ErrorObject } from 'ajv';
import { defined } from '../../base/defined.ts';
import type { JsonObject } from '../../base/json.ts';
import type { Result } from '../../base/result.ts';
import type { PlannedStage } from './plan.ts';
import type { StageKind } from './stage.ts';

/** A validation function that ajv compiled when the program was built. */
export interface Validator {
  (value: unknown): boolean;
  errors?: null | ErrorObject[];
}

/** A board type; `part` is the FPGA's full name. */
export interface BoardOffer {
  readonly part: string;
  /** Amounts by resource. */
  readonly resources: { readonly [resource: string]: number };
  /** The fabric clocks that it can make, in MHz, both ends included. */
  readonly clockMHz: { readonly least: number; readonly most: number };
  /** Further data that a build for it needs; passed to the stages unchanged. */
  readonly platform: JsonObject;
}

/** Everything the engine knows about the world outside it, passed in by the command. */
export interface Registry {
  /** Every kind of stage, including those that no file may name because only `elaborate` makes them. */
  readonly kinds: ReadonlyMap<string, StageKind>;
  /**
   * Reads the section `toolchain` of a file, which matches its schema, and fills in defaults; refuses one whose parts
   * contradict each other. Paths of diagnostics point into the section.
   */
  readonly readToolchain: (written: JsonObject) => Result<JsonObject>;
  /**
   * Adds and divides stages as the toolchain requires: one stage of the file may be several steps. Of `tools` they take only
   * the files that are inputs.
   */
  readonly elaborate: (
    stages: readonly PlannedStage[],
    toolchain: JsonObject,
    tools: JsonObject,
  ) => readonly PlannedStage[];
  /**
   * The files that hold keys by a section `tools`, as written there, or their defaults; no action may read them. The section
   * may be one of a profile that was not checked against a schema.
   */
  readonly secretFiles: (tools: JsonObject) => readonly string[];
  readonly boards: ReadonlyMap<string, BoardOffer>;
  /** Changes with every build of the program; part of no fingerprint, only of the plan cache. */
  readonly build: string;
  /** `envelope`, and one per stage kind; loaded only when a pipeline.yaml is new. */
  readonly validators: () => Promise<{ readonly [name: string]: Validator }>;
}

/** The kind of a stage: the schema of pipeline.yaml and `elaborate` admit known kinds only. */
export function kindOf({ kind }: { readonly kind: string }, { kinds }: Pick<Registry, 'kinds'>): StageKind {
  return defined(kinds.get(kind), 'stages are of known kinds');
}
