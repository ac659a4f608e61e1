import type { Json, JsonObject } from '../base/json.ts';
import type { FileParameter, StageAction, StageContext, StageKind } from '../core/contracts/stage.ts';
import type { Toolchain } from './toolchain.ts';
import type { JobOf, WorkName } from './works.ts';

type Files = { readonly [parameter: string]: FileParameter };

/** The parameters of a stage after its files are read: parsed JSON in place of its path, and no path of any other file. */
export type Resolved<Params, Parameters extends Files> = Omit<Params, keyof Parameters> & {
  readonly [
    Name in keyof Parameters as Parameters[Name] extends { readonly as: 'json' } ? Name : never
  ]?: Json;
} & {
  /** The stage's entry in pipeline.lock. */
  readonly lock?: JsonObject;
};

/** A stage kind whose functions use the types of its schemas. */
interface Definition<Params, Parameters extends Files> extends Omit<
  StageKind<Params, Resolved<Params, Parameters>, Toolchain>,
  'files' | 'schema' | 'action'
> {
  readonly schema: object;
  readonly files: Parameters;
  readonly action: (context: StageContext<Resolved<Params, Parameters>, Toolchain>) => Action;
}

/** An action whose works are entries of works.ts. */
type Action = StageAction<object> & {
  readonly run:
    | { readonly type: 'builtin' | 'effect'; readonly name: WorkName }
    | { readonly type: 'process'; readonly finish?: WorkName };
};

/**
 * Makes a stage kind for the engine, which knows parameters and toolchain only as JSON. `Params` is the type of the schema
 * of `with`: ajv has checked the user's input against this schema before anything here is called.
 */
export function defineStage<Params>() {
  return <const Parameters extends Files>(definition: Definition<Params, Parameters>): StageKind =>
    definition as unknown as StageKind;
}

/** An action whose work is one of our functions: its name, and the parameters that it takes. */
export function builtin<Name extends WorkName>(name: Name, params: ParamsOf<Name>) {
  return { params, run: { type: 'builtin', name } } as const;
}

/** As `builtin`, for work that acts on the outside world. */
export function effect<Name extends WorkName>(name: Name, params: ParamsOf<Name>) {
  return { params, run: { type: 'effect', name } } as const;
}

/** The engine adds the target of an action to the parameters of its work. */
type ParamsOf<Name extends WorkName> = Omit<JobOf<Name>, 'target'>;
