import type { Diagnostic } from '../../base/diagnostic.ts';
import type { JsonObject } from '../../base/json.ts';
import type { ClusterBoard } from './board.ts';
import type { ActionSpec, Item, Run, Target } from './types.ts';

/** What a stage turns into an action. Parameters that name JSON files hold the parsed contents. */
export interface StageContext<Params = JsonObject, Toolchain = JsonObject> {
  readonly params: Params;
  /** Which implementations the pipeline uses; the stages know what is in it. */
  readonly toolchain: Toolchain;
  readonly target: Target;
  /** What a build for the target's board type must know besides its part. */
  readonly platform: JsonObject;
  readonly cluster: readonly ClusterBoard[];
  /** The item of a `foreach`: a row of a collection, or a board of the cluster. */
  readonly item: Item | null;
  readonly board: ClusterBoard | null;
}

/** The stage's share of an ActionSpec; the engine adds kind, recipe, inputs and outputs. */
export interface StageAction<Params = JsonObject> extends Pick<ActionSpec, 'tools' | 'target'> {
  readonly params: Params;
  readonly run: Run;
}

/** A parameter that names a file of the project. */
export type FileParameter =
  /** Its bytes are an input, under a fixed name that does not depend on the user's. */
  | { readonly as: 'content'; readonly name: string }
  /** It is parsed, and enters the key as canonical JSON among the parameters. */
  | { readonly as: 'json' }
  /** A list of files and folders, kept under their own relative paths. */
  | { readonly as: 'paths' };

export interface InputPort {
  /** Takes the artifacts of all items of a `foreach` stage, in order. */
  readonly gather?: true;
}

/** What is known of a stage before anything runs. */
export interface PreflightContext<Params = JsonObject, Toolchain = JsonObject> {
  readonly name: string;
  /** As written: parameters that name files hold their paths. */
  readonly params: Params;
  readonly toolchain: Toolchain;
  readonly cluster: readonly ClusterBoard[];
}

/** Something that keeps a stage from running; `at` is the path into the stage's entry of pipeline.yaml. */
export interface PreflightProblem extends Pick<Diagnostic, 'code' | 'message' | 'hint'> {
  readonly at: readonly string[];
  /** Whether the key or the value at the path is at fault. */
  readonly mark: 'key' | 'value';
}

/** One kind of stage: pure data and pure functions. */
export interface StageKind<Params = JsonObject, Resolved = Params, Toolchain = JsonObject> {
  readonly kind: string;
  /** Raised whenever a change of the code behind the stage changes what it makes. */
  readonly recipe: number;
  /** One sentence for `--help` and the editor. */
  readonly about: string;
  /** JSON Schema of `with`. */
  readonly schema: JsonObject;
  readonly files: { readonly [parameter: string]: FileParameter };
  /** Ports that `needs` may name; null where the user names them (shell). */
  readonly inputs: { readonly [port: string]: InputPort } | null;
  /** What `foreach` means here: an artifact per item on a port, a board of the cluster, or nothing. */
  readonly foreach:
    | { readonly over: 'items'; readonly port: string; readonly required: boolean }
    | { readonly over: 'cluster' }
    | null;
  /** What it makes, the first being what a bare stage name means; a collection holds one artifact per item. */
  readonly outputs: (params: Params) => readonly { readonly port: string; readonly collection?: true }[];
  /**
   * Its decision is kept in pipeline.lock: the one JSON file that it makes on `port`, once all items went through the
   * stages of the kinds `once`. It is given back as the parameter `lock`; given its own decision, the stage decides the same.
   */
  readonly lock?: { readonly port: string; readonly once: readonly string[] };
  /** What must be true before anything runs: everything that keeps the stage from running, found without running it. */
  readonly preflight?: (context: PreflightContext<Params, Toolchain>) => readonly PreflightProblem[];
  readonly action: (context: StageContext<Resolved, Toolchain>) => StageAction;
}
