import type { Diagnostic } from '../../base/diagnostic.ts';
import type { Json, JsonObject } from '../../base/json.ts';
import type { ClusterBoard } from './board.ts';
import type { Amounts } from './plan.ts';
import type { Check, CheckContext } from './check.ts';
import type { ActionSpec, Item, Run, Target } from './types.ts';

/** The input that a stage turns into an action. Parameters that name JSON files hold the parsed contents. */
export interface StageContext<Params = JsonObject, Toolchain = JsonObject> {
  readonly params: Params;
  /** The implementations that the pipeline uses; only the stages know its structure. */
  readonly toolchain: Toolchain;
  readonly target: Target;
  /** Data that a build for the target's board type needs in addition to its part. */
  readonly platform: JsonObject;
  /** Vivado's name of the board definition, if the file names one for the target's board type. */
  readonly boardPart: string | null;
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
  /**
   * Its bytes are an input, under a fixed name that does not depend on the user's. `writtenAt`: where pipeline.yaml names it, if
   * not among the parameters of the stage.
   */
  | { readonly as: 'content'; readonly name: string; readonly writtenAt?: readonly string[] }
  /** It is parsed, and enters the key as canonical JSON among the parameters. */
  | { readonly as: 'json' }
  /** A list of files and folders, kept under their own relative paths. */
  | { readonly as: 'paths' };

export interface InputPort {
  /** Takes the artifacts of all items of a `foreach` stage, in order. */
  readonly gather?: true;
}

/** What is known about a stage before anything runs. */
export interface PreflightContext<Params = JsonObject, Toolchain = JsonObject> {
  readonly name: string;
  /** As written: parameters that name files hold their paths. */
  readonly params: Params;
  readonly toolchain: Toolchain;
}

/** A problem that prevents a stage from running; `at` is the path into the stage's entry in pipeline.yaml. */
export interface PreflightProblem extends Pick<Diagnostic, 'code' | 'message' | 'hint'> {
  readonly at: readonly string[];
  /** Whether the key or the value at the path is at fault. */
  readonly mark: 'key' | 'value';
}

/** One kind of stage: pure data and pure functions. */
export interface StageKind<Params = JsonObject, Resolved = Params, Toolchain = JsonObject> {
  readonly kind: string;
  /** Raised whenever a code change alters the outputs of the stage. */
  readonly recipe: number;
  /** One sentence for `--help` and the editor. */
  readonly about: string;
  /** JSON Schema of `with`. */
  readonly schema: JsonObject;
  readonly files: { readonly [parameter: string]: FileParameter };
  /** Ports that `needs` may name; null if the user names them (shell). */
  readonly inputs: { readonly [port: string]: InputPort } | null;
  /** The meaning of `foreach` here: an artifact per item on a port, a board of the cluster, or nothing. */
  readonly foreach:
    | { readonly over: 'items'; readonly port: string; readonly required: boolean }
    | { readonly over: 'cluster' }
    | null;
  /** Its outputs; a bare stage name means the first one; a collection holds one artifact per item. */
  readonly outputs: (params: Params) => readonly { readonly port: string; readonly collection?: true }[];
  /**
   * Its decision is kept in pipeline.lock: the one JSON file that it makes on `port`, once all items went through the stages
   * of the kinds `once`. It is passed back as the parameter `lock`; given its own decision, the stage makes the same one. A
   * stage over items keeps one for each of them.
   */
  readonly lock?: { readonly port: string; readonly once: readonly string[] };
  /**
   * The one JSON file on `port` says which parts each item of its collection has, by the names that they have in the
   * parameters of earlier stages; `read` returns them by position. `why` leaves out what changed for other items only.
   */
  readonly parts?: { readonly port: string; readonly read: (file: Json) => readonly (readonly string[])[] };
  /** What in its entry prevents the stage from running, found in the file alone. */
  readonly preflight?: (context: PreflightContext<Params, Toolchain>) => readonly PreflightProblem[];
  /** What the stage needs of this machine and of boards, in addition to the files that its parameters name. */
  readonly checks?: (context: CheckContext) => readonly Check[];
  /** What an action takes of the resources in addition to a core, unless the file says otherwise. */
  readonly uses?: Amounts;
  /**
   * By the code of a failure that is not the action's fault, when it is tried again: `later`, until it succeeds, with longer
   * and longer pauses; `alone`, once, while nothing else runs.
   */
  readonly retries?: { readonly [code: string]: 'later' | 'alone' };
  /** The step that a line of the output of a running action begins, such as `route_design 3/5`; null if it begins none. */
  readonly step?: (line: string) => string | null;
  readonly action: (context: StageContext<Resolved, Toolchain>) => StageAction;
}
