import type { ActionSpec, Item, Run, Target } from './types.ts';
import type { JsonObject } from '../../base/json.ts';

/** A named board of the cluster, as a stage sees it. */
export interface ClusterBoard {
  readonly name: string;
  readonly type: string;
  readonly part: string;
  /** What the type has: LUT, BRAM_18K, DSP, URAM. */
  readonly resources: { readonly [resource: string]: number };
  /** Where the server of a real board listens; null for an emulated one. */
  readonly address: { readonly host: string; readonly port: number } | null;
  /** Destination by which ssh finds a real board; null for an emulated one. */
  readonly ssh: string | null;
  readonly emulated: boolean;
}

/** Which implementations a pipeline uses. */
export interface Toolchain {
  readonly frontend: 'embedded' | 'finn';
  readonly backend: 'emulated' | 'vivado';
  /** The version of Vivado that builds, such as 2024.2; null where none is stated. */
  readonly vivado: string | null;
  /** Whether FINN checks the embedded front end's graph before Vivado builds it. */
  readonly crossCheck: boolean;
}

/** What a stage turns into an action. Parameters that name JSON files hold the parsed contents. */
export interface StageContext {
  readonly params: JsonObject;
  readonly toolchain: Toolchain;
  readonly target: Target;
  /** What a build for the target's board type must know besides its part; opaque to the engine. */
  readonly platform: JsonObject;
  readonly cluster: readonly ClusterBoard[];
  /** The item of a `foreach`: a row of a collection, or a board of the cluster. */
  readonly item: Item | null;
  readonly board: ClusterBoard | null;
}

/** The stage's share of an ActionSpec; the engine adds kind, recipe, inputs and outputs. */
export interface StageAction extends Pick<ActionSpec, 'params' | 'tools' | 'target'> {
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

/** One kind of stage: pure data and two pure functions. */
export interface StageKind {
  readonly kind: string;
  /** Raised whenever a change of the code behind the stage changes what it makes. */
  readonly recipe: number;
  /** One sentence for `--help` and the editor. */
  readonly about: string;
  /** JSON Schema of `with`. */
  readonly schema: JsonObject;
  readonly files: { readonly [parameter: string]: FileParameter };
  /** Parameters that only one front end reads, as paths into `with`; a file that gives them to the other is refused. */
  readonly frontends?: readonly {
    readonly parameter: readonly string[];
    readonly frontend: Toolchain['frontend'];
  }[];
  /** Ports that `needs` may name; null where the user names them (shell). */
  readonly inputs: { readonly [port: string]: InputPort } | null;
  /** What `foreach` means here: an artifact per item on a port, a board of the cluster, or nothing. */
  readonly foreach:
    | { readonly over: 'items'; readonly port: string; readonly required: boolean }
    | { readonly over: 'cluster' }
    | null;
  readonly outputs: (params: JsonObject) => readonly { readonly port: string; readonly collection?: true }[];
  /**
   * Its decision is kept in pipeline.lock: the one JSON file that it makes on `port`, once all items went through the
   * stages of the kinds `once`. It is given back as the parameter `lock`; given its own decision, the stage decides the same.
   */
  readonly lock?: { readonly port: string; readonly once: readonly string[] };
  readonly action: (context: StageContext) => StageAction;
}
