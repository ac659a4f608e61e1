import type { Diagnostic } from '../../base/diagnostic.ts';
import type { Digest } from '../../base/digest.ts';
import type { JsonObject } from '../../base/json.ts';
import type { Result } from '../../base/result.ts';
import type { Container } from './container.ts';
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

/** A row of a collection: one item of a stage's divided output. */
export interface Item {
  readonly id: string;
  readonly position: number;
  /** Board type the item is meant for, if already decided. */
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
 * Runs a program in the prepared work directory, whose environment holds only `env`, the runner's PATH and what is needed to
 * find its tools.
 */
export interface ProcessRun {
  readonly type: 'process';
  readonly argv: readonly string[];
  readonly env: { readonly [name: string]: string };
  /**
   * Folders and files of templates/, copied into the work directory under `templates/`. They enter the key by name only; the
   * stage's recipe number represents their contents.
   */
  readonly templates?: readonly string[];
  /**
   * A builtin that works on in/ and out/ after the program has ended, however it ended: it judges and completes the
   * program's output.
   */
  readonly finish?: string;
}

/** A named TypeScript function, run in a worker. */
export interface BuiltinRun {
  readonly type: 'builtin';
  readonly name: string;
}

/** A named function that acts on the outside world: its result is a receipt, and only the last receipt counts. */
export interface EffectRun {
  readonly type: 'effect';
  readonly name: string;
}

export type Run = ProcessRun | BuiltinRun | EffectRun;

/** An input of an action: one artifact, or the artifacts of all items of a stage in order. */
export type ActionInput = Digest | readonly Digest[];

/** Exactly what may influence an action's outputs; its sha256 is the fingerprint. */
export interface ActionSpec {
  readonly kind: string;
  /** Raised whenever a code change alters the outputs of the stage. */
  readonly recipe: number;
  readonly params: JsonObject;
  readonly inputs: { readonly [name: string]: ActionInput };
  readonly tools: { readonly [name: string]: string };
  readonly target?: Target;
  readonly run: Run;
  /** Output ports: the entries of `out/` that become artifacts. */
  readonly outputs: readonly string[];
}

/** The record of a finished action. It counts only while every blob it names exists. */
export interface ActionRecord {
  /** Format of the record itself; a record of another format is a miss. */
  readonly format: 1;
  readonly fingerprint: Digest;
  readonly outputs: { readonly [port: string]: Artifact };
  /** Rows of the ports that are collections. */
  readonly items: { readonly [port: string]: readonly Item[] };
  readonly log: FileEntry | null;
  /** One line for people; like `detail`, replayed on a hit. */
  readonly summary: string | null;
  /** Lines for people, shown at the end of a run. */
  readonly detail: readonly string[];
  /** Made by the emulated back end; shown in every view for people. */
  readonly emulated: boolean;
  readonly warnings: readonly Diagnostic[];
  /** What running it took; missing in records of older programs. */
  readonly cost?: Cost;
}

/** What running an action took on the machine where it ran. */
export interface Cost extends Usage {
  /** From its start until its results were stored. */
  readonly milliseconds: number;
}

/** What the processes of a job used, as far as the runner can see it. */
export interface Usage {
  /** Time of all its processes on all cores, in ms; null if it was not measured. */
  readonly cpuMilliseconds: number | null;
  /** The most memory that its processes had in use at the same time, in bytes; null if it was not measured. */
  readonly peakBytes: number | null;
}

// --- Running ---------------------------------------------------------------------------------------------

/** One run inside `directory`: it contains `in/<port>/…` and `in/params.json`, results go to `out/<port>/…`. */
export interface Job {
  /** Label for people and logs, such as `build/1`. */
  readonly label: string;
  /** The attempt that it belongs to: a name that is never used again, by which everything that it starts is found. */
  readonly attempt: AttemptId;
  /** Absolute path of the prepared work directory. */
  readonly directory: string;
  readonly run: Run;
  readonly params: JsonObject;
  /** For effects: the world they act on; never part of a key. */
  readonly world?: World;
  /** For builtins and effects. */
  readonly fileNames?: FileNames;
  readonly timeoutSeconds?: number;
  /** For processes: how many cores it may use; never part of a key. */
  readonly cores?: number;
  /** For processes: the location of their tools; never part of a key. */
  readonly surroundings?: Surroundings;
  /** For a builtin that finishes a process: how the process ended. */
  readonly exitCode?: number;
}

/**
 * By input: what pipeline.yaml calls the one file that it is. For the messages of failures only, since it never enters a key:
 * what was made is used again under other names.
 */
export interface FileNames {
  readonly [input: string]: string;
}

/** How a job finds its tools on the machine where it runs. */
export interface Surroundings {
  /** Absolute paths of programs, by their names in specs. */
  readonly programs: { readonly [name: string]: string };
  /** Absolute folders, searched before the runner's PATH. */
  readonly path: readonly string[];
  readonly env: { readonly [name: string]: string };
  /** Absolute files and folders of the user that the job finds in its own HOME, by their relative paths there. */
  readonly home?: { readonly [path: string]: string };
  /** The container that the job runs in, if its tools are in one. */
  readonly container?: Container;
}

/** 32 hexadecimal digits from a random source. */
export type AttemptId = string;

/** A submitted job. It names no program and no process: a runner finds those by the attempt alone. */
export interface Handle {
  readonly runner: string;
  readonly attempt: AttemptId;
}

export type Exit =
  | { readonly type: 'exited'; readonly code: number; readonly usage: Usage }
  | { readonly type: 'finished'; readonly result: WorkResult }
  | { readonly type: 'signalled'; readonly signal: string }
  /** The system ended a process of it because memory ran out. */
  | { readonly type: 'out-of-memory' }
  | { readonly type: 'timed-out'; readonly seconds: number }
  | { readonly type: 'cancelled' }
  /** The machine or the runner let it down. */
  | { readonly type: 'lost'; readonly diagnostic: Diagnostic };

/** What became of the jobs of a killed run. */
export type Recovery =
  /** Nothing of them runs any more. */
  | { readonly type: 'ended' }
  /** Something may still run, for a reason: what it writes must not be used. */
  | { readonly type: 'uncertain'; readonly reason: string };

/** A place where actions run. A runner never enters a fingerprint. */
export interface Runner {
  readonly name: string;
  /** A job will come soon: what takes long to start may be started beside other work. */
  readonly expectJob?: () => void;
  /** The folder of the attempt exists before; whatever the job starts can be found by the attempt from then on. */
  readonly submit: (job: Job) => Promise<Handle>;
  readonly wait: (handle: Handle, onOutput: (text: string) => void) => Promise<Exit>;
  readonly cancel: (handle: Handle) => Promise<void>;
  /**
   * Takes care of what an attempt of a killed run left on this runner, even if it was killed between a start and its report.
   * `directory`: the folder of its job, which may not exist. All runners so far end it.
   */
  readonly recover: (attempt: AttemptId, directory: string) => Promise<Recovery>;
  /** The script `run.sh`, beside the folder of a job, which repeats its process by hand; absent if it runs no processes. */
  readonly script?: (job: Job) => Promise<string>;
}

// --- Work ------------------------------------------------------------------------------------------------

/** The input to the work of a builtin or an effect: absolute directories laid out as for a process. */
export interface WorkJob<Params = JsonObject> {
  readonly params: Params;
  readonly inDir: string;
  readonly outDir: string;
  /** The world an effect acts on; null for any other work. */
  readonly world: World | null;
  readonly fileNames: FileNames;
  /** If it finishes a process: the exit code of the process. */
  readonly exitCode: number | null;
  readonly log: (line: string) => void;
  /** ms since 1970. */
  readonly now: () => number;
  /** ms since some moment, with fractions. It is never set back: for durations. */
  readonly elapsed: () => number;
}

/** The report of a work in addition to the files that it wrote. */
export interface WorkReport {
  /** One line for people. */
  readonly summary?: string;
  /** Lines for people, shown at the end of a run. */
  readonly detail?: readonly string[];
  readonly emulated?: boolean;
  readonly warnings?: readonly Diagnostic[];
}

export type WorkResult = Result<WorkReport>;

/** The function that runs in the worker for a builtin, an effect, or a process that has ended. */
export type Work<Params = JsonObject> = (job: WorkJob<Params>) => Promise<WorkResult>;
