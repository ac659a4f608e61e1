import type { Diagnostic } from '../../base/diagnostic.ts';
import type { JsonObject } from '../../base/json.ts';
import type { Result } from '../../base/result.ts';
import type { Emit } from '../contracts/events.ts';
import type { PlannedStage } from '../contracts/plan.ts';
import type { Registry } from '../contracts/registry.ts';
import type { Store } from '../contracts/store.ts';
import type { ActionSpec, Runner, Surroundings } from '../contracts/types.ts';
import type { LocalPaths } from '../contracts/world.ts';
import type { CutLocks } from '../state/cut-lock.ts';
import type { FileDigests } from '../state/file-digests.ts';
import type { Layout } from '../state/layout.ts';
import type { Ledger } from '../state/ledger.ts';

/** What an execution works with: handed in, so that tests can replace any of it. */
export interface ExecutionContext {
  readonly registry: Registry;
  readonly layout: Layout;
  readonly store: Store;
  readonly ledger: Ledger;
  readonly digests: FileDigests;
  /** What pipeline.lock holds; nothing where a run is to decide anew. */
  readonly locks: CutLocks;
  /** By the names that handles give them. */
  readonly runners: ReadonlyMap<string, Runner>;
  /** The names of those that run the processes of a stage that names none, and our own work. */
  readonly usualRunners: { readonly process: string; readonly work: string };
  /** Absolute folder of what processes are given under `templates/`. */
  readonly templates: string;
  /** Where these tools of a spec are on this machine by what the file says of them, or why they are not there. */
  readonly surroundings: (tools: ActionSpec['tools'], written: JsonObject) => Promise<Result<Surroundings>>;
  /** What effects act on, besides the boards of the plan. */
  readonly paths: LocalPaths;
  /** Called before anything runs: makes this the one process that executes in the project, or says why not. */
  readonly claim: () => Promise<Diagnostic | null>;
  readonly emit: Emit;
  /** ms since 1970. */
  readonly now: () => number;
  /** Gives a diagnostic about a stage's parameter its place, in pipeline.yaml or in the file that the parameter names. */
  readonly locate: (stage: PlannedStage, diagnostic: Diagnostic) => Promise<Diagnostic>;
}
