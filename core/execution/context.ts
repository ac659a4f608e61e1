import type { Diagnostic } from '../../base/diagnostic.ts';
import type { JsonObject } from '../../base/json.ts';
import type { Result } from '../../base/result.ts';
import type { PendingStage } from '../contracts/check.ts';
import type { Emit } from '../contracts/events.ts';
import type { PlannedStage } from '../contracts/plan.ts';
import type { Registry } from '../contracts/registry.ts';
import type { Reserve } from '../contracts/reservation.ts';
import type { Store } from '../contracts/store.ts';
import type { ActionSpec, Runner, Surroundings } from '../contracts/types.ts';
import type { LocalPaths, World } from '../contracts/world.ts';
import type { CutLocks } from '../state/cut-lock.ts';
import type { FileDigests } from '../state/file-digests.ts';
import type { Layout } from '../state/layout.ts';
import type { Ledger } from '../state/ledger.ts';

/** The dependencies of an execution, passed in so that tests can replace any of them. */
export interface ExecutionContext {
  readonly registry: Registry;
  readonly layout: Layout;
  readonly store: Store;
  readonly ledger: Ledger;
  readonly digests: FileDigests;
  /** The contents of pipeline.lock; empty if a run is to decide again. */
  readonly locks: CutLocks;
  /** By their names in handles. */
  readonly runners: ReadonlyMap<string, Runner>;
  /** The names of the default runners: for the processes of a stage, and for our own work. */
  readonly usualRunners: { readonly process: string; readonly work: string };
  /** The options of the command line that chose this plan of the file, for commands that repeat something of it. */
  readonly planWords: readonly string[];
  /** Absolute folder whose files processes get under `templates/`. */
  readonly templates: string;
  /** The locations of a spec's tools on this machine, using the file's settings, or why they are missing. */
  readonly surroundings: (tools: ActionSpec['tools'], written: JsonObject) => Promise<Result<Surroundings>>;
  /** The world effects act on, in addition to the boards of the plan. */
  readonly paths: LocalPaths;
  /** A mark of what else an effect on this world was trusted by, such as keys: its receipt counts only while that is the same. */
  readonly markOf: (world: World) => string | null;
  /** Called before anything runs: makes this the one process that executes in the project, or reports why it cannot. */
  readonly claim: () => Promise<Diagnostic | null>;
  /** Called before an action other than an effect runs, and never twice at a time for one fingerprint. */
  readonly reserve: Reserve;
  /**
   * Looks, before the first action runs, for everything that would stop one of these stages. Errors keep the run from
   * starting anything; diagnostics have their places.
   */
  readonly preflight: (pending: readonly PendingStage[]) => Promise<readonly Diagnostic[]>;
  readonly emit: Emit;
  /** What this machine has: cores, and memory in bytes. */
  readonly machine: { readonly cores: number; readonly memory: number };
  /** Resolves after a time in ms, or as soon as the signal comes. */
  readonly pause: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** ms since 1970. */
  readonly now: () => number;
  /** Adds the place to a diagnostic about a stage's parameter, in pipeline.yaml or in the file that the parameter names. */
  readonly locate: (stage: PlannedStage, diagnostic: Diagnostic) => Promise<Diagnostic>;
}
