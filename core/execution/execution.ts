import type { Diagnostic } from '../../base/diagnostic.ts';
import type { Digest } from '../../base/digest.ts';
import type { Plan } from '../contracts/plan.ts';
import type { Maker } from '../contracts/reservation.ts';
import type { Run } from '../contracts/types.ts';
import type { History } from '../why/explain.ts';
import type { Action, ResolvedAction } from './action.ts';
import type { ExecutionContext } from './context.ts';
import { historyOf } from './past.ts';
import type { Progress } from './progress.ts';
import { createProgress } from './progress.ts';
import type { Selection } from './select.ts';
import { resourcesOf } from './demand.ts';
import type { Expectations } from './expectations.ts';
import { createExpectations } from './expectations.ts';
import type { Scheduler } from './scheduler.ts';
import { createScheduler } from './scheduler.ts';
import type { Tries } from './retry.ts';
import type { Urgency } from './urgency.ts';
import { createUrgency } from './urgency.ts';

export interface ExecutionOptions {
  readonly selection: Selection;
  /** `plan` looks everything up and runs nothing. */
  readonly mode: 'run' | 'plan';
  /** Runs the targets even if their results are known. */
  readonly force: boolean;
  /** Runs only the targets; everything they need must exist. */
  readonly only: boolean;
  /** After this many failures nothing more is started; until then everything continues that does not need what failed. */
  readonly stopAfter: number;
  /** Number of concurrent actions. */
  readonly jobs: number;
  readonly signal: AbortSignal;
  /** Which of the actions that have to run may; the others end as in a plan. All may by default. */
  readonly admits?: (action: Runnable) => boolean;
  /** Whether everything that would stop a stage is looked for before the first action; it is by default. */
  readonly looksAhead?: boolean;
}

/** An action that has to run. */
export interface Runnable {
  readonly action: string;
  readonly fingerprint: Digest;
  readonly run: Run['type'];
  /** It acts on a board that is not emulated. */
  readonly isOnRealBoard: boolean;
  /** In ms, by earlier runs of it or of other items of its stage; null without any. */
  readonly expectedMilliseconds: number | null;
}

/** An action that is not up to date and does not run: it would, or something that it needs would (`needs`, a label). */
export type Outdated =
  | { readonly type: 'would-run'; readonly resolved: ResolvedAction; readonly isForced: boolean }
  | { readonly type: 'may-run'; readonly action: Action; readonly needs: string };

/** The state of one execution; the steps of an action are functions of it, each in a file of its own. */
export interface Execution {
  readonly plan: Plan;
  readonly context: ExecutionContext;
  readonly options: ExecutionOptions;
  readonly history: History;
  readonly progress: Progress;
  readonly scheduler: Scheduler;
  readonly expectations: Expectations;
  readonly urgency: Urgency;
  /** The runs that actions have waited for, by label. */
  readonly awaited: Map<string, Maker>;
  /** How often actions were tried again, by label. */
  readonly tries: Map<string, Tries>;
  /** By fingerprint: the actions that take over the result of an action in progress with the same fingerprint. */
  readonly twins: Map<string, Action[]>;
  /** Labels of actions that run again because their outputs are gone. */
  readonly forced: Set<string>;
  /** Fingerprints of the actions that ran in this run: their results are as fresh as can be. */
  readonly made: Set<Digest>;
  /** The failures of actions, by label: their twins fail in the same way. */
  readonly failures: Map<string, ActionFailure>;
  readonly outdated: Outdated[];
  /** Look-ups that have not answered yet. */
  readonly lookups: Set<Promise<void>>;
  /** Advances these stages and, if that changed something, those that wait for them. */
  readonly wake: (stages: readonly string[]) => void;
  /** Made when the first action is about to run. */
  preflight: Promise<void> | null;
  /** The machine or a runner failed an action. */
  isLost: boolean;
  /** The last forecast of the end of the run, and when it was made, in ms since 1970. */
  forecast: { readonly at: number; readonly remainingMilliseconds: number | null } | null;
  /** Nothing more is started after a failure. */
  isStopped: boolean;
}

export interface ActionFailure {
  readonly diagnostics: readonly Diagnostic[];
  readonly milliseconds: number;
  /** The kept work directory, relative to the project; null if nothing ran. */
  readonly directory: string | null;
}

export function createExecution(
  plan: Plan,
  context: ExecutionContext,
  options: ExecutionOptions,
  wake: (execution: Execution, stages: readonly string[]) => void,
): Execution {
  const { ledger, layout, store, registry } = context;
  const expectations = createExpectations(ledger);
  const progress = createProgress(plan, options.selection.stages);
  const execution: Execution = {
    plan,
    context,
    options,
    history: historyOf(ledger, layout, store, registry),
    progress,
    scheduler: createScheduler({
      jobs: options.jobs,
      resources: resourcesOf(plan, context, options.jobs),
    }),
    urgency: createUrgency(plan, progress, expectations),
    awaited: new Map(),
    tries: new Map(),
    expectations,
    twins: new Map(),
    forced: new Set(),
    made: new Set(),
    failures: new Map(),
    outdated: [],
    lookups: new Set(),
    wake: (stages) => {
      wake(execution, stages);
    },
    forecast: null,
    preflight: null,
    isLost: false,
    isStopped: false,
  };
  return execution;
}

export function runnableOf(
  { action, fingerprint, spec }: Pick<ResolvedAction, 'action' | 'fingerprint' | 'spec'>,
  { expectations, plan }: Pick<Execution, 'expectations' | 'plan'>,
): Runnable {
  const run = spec.run.type;
  const boards = action.board === null ? plan.cluster : [action.board];
  return {
    action: action.label,
    fingerprint,
    run,
    isOnRealBoard: run === 'effect' && boards.some(({ emulated }) => !emulated),
    expectedMilliseconds: expectations.of(action),
  };
}

/** Whether an action runs even if its result is known. One that ran under another label in this run need not run again. */
export function isForced(
  { forced, made, options }: Execution,
  { action, fingerprint }: Pick<ResolvedAction, 'action' | 'fingerprint'>,
): boolean {
  if (forced.has(action.label)) return true;
  return options.force && options.selection.isTarget(action) && !made.has(fingerprint);
}
