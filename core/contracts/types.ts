import type { Diagnostic } from '../../base/diagnostic.ts';
import type { Digest } from '../../base/digest.ts';
import type { JsonObject } from '../../base/json.ts';
import type { Result } from '../../base/result.ts';
import type { World } from './world.ts';

/** The vocabulary of the engine. */

// --- Artifacts -------------------------------------------------------------------------------------------

/** One file of an artifact; `path` is relative, with forward slashes. */
export interface FileEntry {
  readonly path: string;
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
  readonly executable?: true;
}

/** An immutable file tree; `digest` is over the sorted entries (paths, content digests, executable bits). */
export interface Artifact {
  readonly digest: Digest;
  readonly files: readonly FileEntry[];
}

/** A row of a collection: one item of what a stage split its output into. */
export interface Item {
  readonly id: string;
  readonly position: number;
  /** Board type the item is meant for, where that is settled. */
  readonly board?: string;
}

// --- Actions ---------------------------------------------------------------------------------------------

/** The FPGA a build is for. `clockMHz` is the fabric clock. */
export interface Target {
  readonly board: string;
  readonly part: string;
  readonly clockMHz: number;
}

/**
 * Runs a program in the prepared work directory, with nothing in its environment but `env`, the runner's PATH and what
 * its tools need to be found.
 */
export interface ProcessRun {
  readonly type: 'process';
  readonly argv: readonly string[];
  readonly env: { readonly [name: string]: string };
  /**
   * Folders and files of templates/, laid into the work directory under `templates/`. They enter the key by name only: the
   * stage's recipe number stands for their contents.
   */
  readonly templates?: readonly string[];
  /** A builtin that works on in/ and out/ after the program has ended, however it ended: it judges and completes what was left. */
  readonly finish?: string;
}

/** A named TypeScript function, run in a worker. */
export interface BuiltinRun {
  readonly type: 'builtin';
  readonly name: string;
}

/** A named function that acts on the world: its result is a receipt, and only the last receipt counts. */
export interface EffectRun {
  readonly type: 'effect';
  readonly name: string;
}

export type Run = ProcessRun | BuiltinRun | EffectRun;

/** What an action reads: one artifact, or the artifacts of all items of a stage in order. */
export type ActionInput = Digest | readonly Digest[];

/** Everything that may influence an action's outputs and nothing else; its sha256 is the fingerprint. */
export interface ActionSpec {
  readonly kind: string;
  /** Raised whenever a change of the stage's code changes what it makes. */
  readonly recipe: number;
  readonly params: JsonObject;
  readonly inputs: { readonly [name: string]: ActionInput };
  readonly tools: { readonly [name: string]: string };
  readonly target?: Target;
  readonly run: Run;
  /** Output ports: the entries of `out/` that become artifacts. */
  readonly outputs: readonly string[];
}

/** What is kept of a finished action. It counts only while every blob it names is there. */
export interface ActionRecord {
  /** Of the record itself; a record of another format is a miss. */
  readonly format: 1;
  readonly fingerprint: Digest;
  readonly outputs: { readonly [port: string]: Artifact };
  /** Rows of the ports that are collections. */
  readonly items: { readonly [port: string]: readonly Item[] };
  readonly log: FileEntry | null;
  /** One line for people; like `detail` replayed on a hit. */
  readonly summary: string | null;
  /** Lines for people, shown at the end of a run. */
  readonly detail: readonly string[];
  /** Made by the emulated back end; shown wherever a person looks. */
  readonly emulated: boolean;
  readonly warnings: readonly Diagnostic[];
}

// --- Running ---------------------------------------------------------------------------------------------

/** What runs inside `directory`: `in/<port>/…` and `in/params.json` are there, results go to `out/<port>/…`. */
export interface Job {
  /** Label for people and logs, such as `build/1`. */
  readonly label: string;
  /** Absolute path of the prepared work directory. */
  readonly directory: string;
  readonly run: Run;
  readonly params: JsonObject;
  /** For effects: what they act on; never part of a key. */
  readonly world?: World;
  readonly timeoutSeconds?: number;
  /** For processes: where their tools are; never part of a key. */
  readonly surroundings?: Surroundings;
  /** For a builtin that finishes a process: how that ended. */
  readonly exitCode?: number;
}

/** How a job finds its tools on the machine where it runs. */
export interface Surroundings {
  /** Absolute paths of programs, by the names that specs give them. */
  readonly programs: { readonly [name: string]: string };
  /** Absolute folders, looked through before the runner's PATH. */
  readonly path: readonly string[];
  readonly env: { readonly [name: string]: string };
  /** The container that the job runs in, where its tools are in one. */
  readonly container?: Container;
}

export interface Container {
  /** The program that runs containers: docker or podman. */
  readonly engine: string;
  readonly image: string;
  /** Absolute folders that the job reads besides its work directory. */
  readonly folders: readonly string[];
}

/** Plain JSON by which a runner finds a submitted job again, also from another process. */
export type Handle = JsonObject & { readonly runner: string };

export type Exit =
  | { readonly type: 'exited'; readonly code: number }
  | { readonly type: 'finished'; readonly result: WorkResult }
  | { readonly type: 'signalled'; readonly signal: string }
  | { readonly type: 'timed-out'; readonly seconds: number }
  | { readonly type: 'cancelled' }
  | { readonly type: 'lost'; readonly reason: string };

/** Where actions run. A runner never enters a fingerprint. */
export interface Runner {
  readonly name: string;
  readonly submit: (job: Job) => Promise<Handle>;
  readonly wait: (handle: Handle, onOutput: (text: string) => void) => Promise<Exit>;
  readonly cancel: (handle: Handle) => Promise<void>;
  readonly reap: (handle: Handle) => Promise<void>;
}

// --- Work ------------------------------------------------------------------------------------------------

/** What the work of a builtin or an effect is given: absolute directories laid out as for a process. */
export interface WorkJob<Params = JsonObject> {
  readonly params: Params;
  readonly inDir: string;
  readonly outDir: string;
  /** What an effect acts on; null for any other work. */
  readonly world: World | null;
  /** Where it finishes a process: the exit code of that. */
  readonly exitCode: number | null;
  readonly log: (line: string) => void;
  /** ms since 1970, with fractions. */
  readonly now: () => number;
}

/** What work has to report besides the files that it wrote. */
export interface WorkReport {
  /** One line for people. */
  readonly summary?: string;
  /** Lines for people, shown at the end of a run. */
  readonly detail?: readonly string[];
  readonly emulated?: boolean;
  readonly warnings?: readonly Diagnostic[];
}

export type WorkResult = Result<WorkReport>;

/** What runs in the worker for a builtin, an effect, or a process that has ended. */
export type Work<Params = JsonObject> = (job: WorkJob<Params>) => Promise<WorkResult>;
