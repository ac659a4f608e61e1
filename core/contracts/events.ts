import type { Diagnostic } from '../../base/diagnostic.ts';
import type { Digest } from '../../base/digest.ts';
import type { Handle } from './types.ts';

/** The events of the engine, as plain JSON; every view of a run is a fold over these. `at` is in ms since 1970. */
export type ExecutionEvent =
  | {
      readonly type: 'run-started';
      readonly at: number;
      readonly run: string;
      readonly targets: readonly string[];
      readonly profile: string | null;
      readonly stages: readonly string[];
    }
  /** Another run works in the project; this one goes on when that one has ended. */
  | {
      readonly type: 'run-waiting';
      readonly at: number;
      readonly pid: number;
      readonly host: string;
      /** When the other run took the project, in ms since 1970. */
      readonly since: number;
      /** Whether the other run still lives cannot be seen from here. */
      readonly isElsewhere: boolean;
    }
  /**
   * What was found before the first action of a run, in addition to failures that are known already: by the checks of its
   * stages, or because this process may run nothing in the project.
   */
  | {
      readonly type: 'run-checked';
      readonly at: number;
      readonly diagnostics: readonly Diagnostic[];
      /** Nothing is started. */
      readonly isRefused: boolean;
    }
  /** The actions of a stage are known; labels are in order of their items. */
  | {
      readonly type: 'stage-expanded';
      readonly at: number;
      readonly stage: string;
      readonly actions: readonly string[];
    }
  | {
      readonly type: 'action-cached';
      readonly at: number;
      readonly action: string;
      readonly fingerprint: Digest;
      readonly summary: string | null;
      readonly detail: readonly string[];
      readonly emulated: boolean;
      readonly warnings: readonly Diagnostic[];
      /** How long it ran when its result was made, which need not be repeated; null if that is not known. */
      readonly savedMilliseconds: number | null;
    }
  | {
      readonly type: 'action-started';
      readonly at: number;
      readonly action: string;
      readonly fingerprint: Digest;
      /** Why its result could not be taken from the cache. */
      readonly reason: string;
      /** How long it is expected to run, by earlier runs of it or of other items of its stage; null without any. */
      readonly expectedMilliseconds: number | null;
    }
  | {
      readonly type: 'action-submitted';
      readonly at: number;
      readonly action: string;
      readonly handle: Handle;
      /** The log file for its output, relative to the project. */
      readonly log: string;
    }
  /** A running action begins another step, such as `route_design 3/5`. */
  | {
      readonly type: 'action-progressed';
      readonly at: number;
      readonly action: string;
      readonly step: string;
    }
  | { readonly type: 'action-output'; readonly at: number; readonly action: string; readonly text: string }
  | {
      readonly type: 'action-succeeded';
      readonly at: number;
      readonly action: string;
      readonly fingerprint: Digest;
      readonly milliseconds: number;
      readonly summary: string | null;
      readonly detail: readonly string[];
      readonly emulated: boolean;
      readonly warnings: readonly Diagnostic[];
      /** Its outputs equal those of the last run, so that dependent actions do not run again because of it. */
      readonly unchanged: boolean;
    }
  /** Another run that uses the same cache is making the result of an action; it is taken from there, or made, once that one has ended. */
  | {
      readonly type: 'action-waiting';
      readonly at: number;
      readonly action: string;
      readonly pid: number;
      readonly host: string;
      /** When the other run began with it, in ms since 1970. */
      readonly since: number;
    }
  /** Something that is not its fault stopped an action; it will be tried again. */
  | {
      readonly type: 'action-postponed';
      readonly at: number;
      readonly action: string;
      /** What stopped it. */
      readonly reason: string;
      /** How long it waits before that, in ms; null until nothing else runs. */
      readonly milliseconds: number | null;
    }
  | {
      readonly type: 'action-failed';
      readonly at: number;
      readonly action: string;
      readonly milliseconds: number;
      readonly diagnostics: readonly Diagnostic[];
      /** The kept work directory, relative to the project; null if nothing ran. */
      readonly directory: string | null;
    }
  /** Not run, because another action or stage failed or was left out. */
  | { readonly type: 'action-blocked'; readonly at: number; readonly action: string; readonly by: string }
  | { readonly type: 'action-cancelled'; readonly at: number; readonly action: string }
  /**
   * When everything that is known to have to run is expected to be done, in ms from now; null if the duration of something
   * that runs or has to run is not known.
   */
  | { readonly type: 'run-forecast'; readonly at: number; readonly remainingMilliseconds: number | null }
  /** The user asked the run to stop: nothing more starts, and running actions are asked to end. */
  | { readonly type: 'run-stopping'; readonly at: number }
  /** Results were copied to where `save` of their stages puts them, or could not be. */
  | {
      readonly type: 'results-saved';
      readonly at: number;
      /** Those of the stages. */
      readonly folders: readonly string[];
      /** How many were written. */
      readonly files: number;
      /** How many of earlier results were deleted. */
      readonly removed: number;
      readonly diagnostics: readonly Diagnostic[];
    }
  /** What came from the remote cache in this run, and what was sent there; not if there was neither. */
  | {
      readonly type: 'results-shared';
      readonly at: number;
      readonly fetched: SharedAmount;
      readonly sent: SharedAmount;
      /** Results that should have been sent and were not. */
      readonly unsent: number;
      readonly diagnostics: readonly Diagnostic[];
    }
  | {
      readonly type: 'run-finished';
      readonly at: number;
      readonly outcome: 'ok' | 'failed' | 'lost' | 'interrupted';
      readonly milliseconds: number;
      readonly counts: RunCounts;
    };

/** Results, and the bytes of the files that travelled for them. */
export interface SharedAmount {
  readonly results: number;
  readonly bytes: number;
}

export interface RunCounts {
  readonly ran: number;
  readonly cached: number;
  readonly failed: number;
  readonly blocked: number;
}

export type Emit = (event: ExecutionEvent) => void;
