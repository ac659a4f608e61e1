import type { Digest } from '../../base/digest.ts';
import type { ExecutionEvent } from '../../core/contracts/events.ts';
import type { Runnable } from '../../core/execution/execution.ts';
import type { Selection } from '../../core/execution/select.ts';
import type { Reporter } from '../../reporters/reporter.ts';
import type { Engine } from '../engine.ts';
import { openEngine } from '../engine.ts';
import type { Environment } from '../environment.ts';
import { endAtOnce } from '../interrupt.ts';
import { runIn, watchRun } from '../one-run.ts';
import type { PlanLine } from '../planning.ts';
import type { Project } from '../project.ts';
import { variantOf } from '../variant.ts';
import { isCheap } from './cheap.ts';

/** A run while the project is watched. */
export interface WatchRun {
  readonly isLong: boolean;
  readonly hasResults: () => boolean;
  readonly isStopped: () => boolean;
  /** A new plan has come: what it makes pointless ends, unless that would lose long work; nothing more starts. */
  readonly overtake: (lines: readonly PlanLine[]) => void;
  /** Asks everything that runs to end, for the user; what has finished stays. */
  readonly stop: () => void;
  /** Kills what runs, and ends the program. */
  readonly abandon: () => never;
}

export interface RunOrder {
  readonly project: Project;
  readonly selection: Selection;
  readonly targets: readonly string[];
  readonly admits: (action: Runnable) => boolean;
  /** Someone asked for it, or for everything: what would stop it is looked for first. */
  readonly isLong: boolean;
  readonly reporters: readonly Reporter[];
  /** Called once everything has been released, with what made the command itself fail, else null. */
  readonly onEnd: (error: unknown) => void;
}

/** Starts a run; it waits for another one in the project. */
export function startRun(order: RunOrder, environment: Environment): WatchRun {
  const { project, selection, targets, isLong } = order;
  const stopping = new AbortController();
  const active = new Map<string, Digest>();
  const quick = new Set<string>();
  let isOvertaken = false;
  let hasResults = false;
  let engine: Engine | null = null;
  const follow: Reporter = {
    report(event) {
      if (event.type === 'action-started') active.set(event.action, event.fingerprint);
      else if (isEnd(event)) active.delete(event.action);
      hasResults ||= event.type === 'action-succeeded';
    },
    finish: () => Promise.resolve(),
  };
  const watch = watchRun(project, [follow, ...order.reporters], environment);
  const admits = (action: Runnable): boolean => {
    if (isOvertaken || !order.admits(action)) return false;
    if (isCheap(action)) quick.add(action.action);
    return true;
  };
  const work = async (): Promise<void> => {
    const stages = project.plan.stages.map(({ name }) => name).filter((name) => selection.stages.has(name));
    const profile = variantOf(project);
    watch.emit({ type: 'run-started', at: watch.began, run: watch.id, targets, profile, stages });
    const claim = { wait: true, trustState: false, signal: stopping.signal };
    try {
      engine = await openEngine(project, environment, { emit: watch.emit, recut: false, claim });
      const request = {
        ...{ selection, targets, force: false, only: false, recut: false, stopAfter: Infinity },
        ...{ admits, looksAhead: isLong, signal: stopping.signal, tellAfter: () => undefined },
      };
      await runIn(engine, project, watch, request, environment);
    } finally {
      await Promise.all(watch.reporters.map((reporter) => reporter.finish()));
      await engine?.close();
    }
  };
  work().then(() => {
    order.onEnd(null);
  }, order.onEnd);
  return {
    isLong,
    hasResults: () => hasResults,
    isStopped: () => stopping.signal.aborted,
    overtake(lines) {
      isOvertaken = true;
      const wanted = new Map(
        lines.flatMap((line) =>
          line.type === 'would-run' ? [[line.action, line.fingerprint] as const] : [],
        ),
      );
      const isPointless = ([label, fingerprint]: readonly [string, Digest]): boolean =>
        quick.has(label) && wanted.get(label) !== fingerprint;
      if ([...active].every(isPointless)) stopping.abort();
    },
    stop() {
      watch.emit({ type: 'run-stopping', at: environment.now() });
      stopping.abort();
    },
    abandon: () => endAtOnce(engine, watch.reporters),
  };
}

function isEnd(event: ExecutionEvent): event is Ended {
  return ['action-succeeded', 'action-failed', 'action-cancelled', 'action-postponed'].includes(event.type);
}

type Ended = Extract<
  ExecutionEvent,
  { readonly type: 'action-succeeded' | 'action-failed' | 'action-cancelled' | 'action-postponed' }
>;
