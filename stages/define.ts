import type { Json, JsonObject } from '../base/json.ts';
import type { FileParameter, StageAction, StageContext, StageKind } from '../core/contracts/stage.ts';
import type { Toolchain } from './toolchain.ts';
import type { JobOf, WorkName } from './works.ts';

type Files = { readonly [parameter: string]: FileParameter };

/** The parameters of a stage once its files are read: parsed JSON in place of its path, and no path of any other file. */
export type Resolved<Params, Parameters extends Files> = Omit<Params, keyof Parameters> & {
  readonly [
    Name in keyof Parameters as Parameters[Name] extends { readonly as: 'json' } ? Name : never
  ]?: Json;
} & {
  /** What pipeline.lock keeps of the stage. */
  readonly lock?: JsonObject;
};

/** A stage kind whose functions see the types of its schemas. */
interface Definition<Params, Parameters extends Files> extends Omit<
  StageKind<Params, Resolved<Params, Parameters>, Toolchain>,
  'files' | 'schema' | 'action'
> {
  readonly schema: object;
  readonly files: Parameters;
  readonly action: (context: StageContext<Resolved<Params, Parameters>, Toolchain>) => StageAction<object>;
}

/**
 * Makes a stage kind for the engine, which knows parameters and toolchain as JSON only. `Params` is the type of the schema of
 * `with`: before anything here is called, ajv has checked what the user wrote against that very schema.
 */
export function defineStage<Params>() {
  return <const Parameters extends Files>(definition: Definition<Params, Parameters>): StageKind =>
    definition as unknown as StageKind;
}

/** An action whose work is a function of ours: its name, and the parameters that the function takes. */
export function builtin<Name extends WorkName>(name: Name, params: ParamsOf<Name>) {
  return { params, run: { type: 'builtin', name } } as const;
}

/** As `builtin`, for work that acts on the world. */
export function effect<Name extends WorkName>(name: Name, params: ParamsOf<Name>) {
  return { params, run: { type: 'effect', name } } as const;
}

/** The engine adds the target of an action to what its work is given. */
type ParamsOf<Name extends WorkName> = Omit<JobOf<Name>, 'target'>;
