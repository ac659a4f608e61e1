import type { Diagnostic } from '../../base/diagnostic.ts';
import type { PlanLine } from '../planning.ts';

/** What `watch --json` prints in addition to the events of its runs; `at` is in ms since 1970. */
export type WatchEvent =
  /** Files that may have changed, as absolute paths; they lead to the next plan. */
  | { readonly type: 'watch-changed'; readonly at: number; readonly paths: readonly string[] }
  | {
      readonly type: 'watch-planned';
      readonly at: number;
      /** How long it took to plan. */
      readonly milliseconds: number;
      /** As `plan --json`; none if pipeline.yaml is not valid. */
      readonly actions: readonly PlanLine[];
      readonly diagnostics: readonly Diagnostic[];
      /** What starts now. */
      readonly runs: readonly string[];
    }
  /** The system reports no changes, for a reason in its words: they are looked for several times a second. */
  | { readonly type: 'watch-polling'; readonly at: number; readonly reason: string };
