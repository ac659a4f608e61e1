import type { Digest } from '../../base/digest.ts';
import type { Runnable } from '../../core/execution/execution.ts';
import type { Reporter } from '../../reporters/reporter.ts';
import { isCheap } from './cheap.ts';

/** Decides what runs without being asked for. */
export interface Decisions {
  readonly admits: (action: Runnable) => boolean;
  /** It has failed since the last change, and would fail again. */
  readonly hasFailed: (action: Runnable) => boolean;
  /** Follows the runs. */
  readonly reporter: Reporter;
  /** Files have changed: what failed may be tried again. `at` in ms. */
  readonly noteChange: (at: number) => void;
  /** The user stopped a run: until something changes, nothing starts by itself. */
  readonly hold: () => void;
  readonly noteStart: () => void;
  /** A run has ended, by itself or stopped by the user or by a change; `hasResults`: something ran to its end. */
  readonly noteEnd: (run: {
    readonly at: number;
    readonly hasResults: boolean;
    readonly isStopped: boolean;
  }) => void;
  /** Run after run changed files that its own actions read. */
  readonly isLooping: () => boolean;
}

/** `isAll`: whatever has to run may. */
export function createDecisions(isAll: boolean): Decisions {
  /** What has run since the last change, by label, without success. */
  const tried = new Map<string, Digest>();
  let isHeld = false;
  let isRunning = false;
  let isChanged = false;
  let endedAt = -Infinity;
  let disturbed = 0;
  const isLooping = (): boolean => disturbed >= mostDisturbed;
  const hasFailed = ({ action, fingerprint }: Runnable): boolean => tried.get(action) === fingerprint;
  return {
    admits: (action) => !isHeld && !isLooping() && !hasFailed(action) && (isAll || isCheap(action)),
    hasFailed,
    reporter: {
      report(event) {
        if (event.type === 'action-started') tried.set(event.action, event.fingerprint);
        const isOver = event.type === 'action-succeeded' || event.type === 'action-cancelled';
        // A file that changed under an action says nothing about the action.
        const isDisturbed =
          event.type === 'action-failed' && event.diagnostics.every(({ code }) => code === 'file/changed');
        if (isOver || isDisturbed) tried.delete(event.action);
      },
      finish: () => Promise.resolve(),
    },
    noteChange(at) {
      isHeld = false;
      tried.clear();
      if (!isRunning && at - endedAt > ownMilliseconds) disturbed = 0;
      else if (!isChanged) disturbed++;
      isChanged = true;
    },
    hold() {
      isHeld = true;
    },
    noteStart() {
      isRunning = true;
      isChanged = false;
    },
    noteEnd({ at, hasResults, isStopped }) {
      isRunning = false;
      endedAt = at;
      // It would come to nothing again.
      if (!hasResults && !isStopped && !isChanged) isHeld = true;
    },
    isLooping,
  };
}

/** In ms: a change so soon after a run is likely its own. */
const ownMilliseconds = 300;

/** A person rarely saves during so many runs in a row. */
const mostDisturbed = 5;
