import type { Diagnostic } from '../base/diagnostic.ts';
import { displayWidth } from '../base/text.ts';
import type { ExecutionEvent } from '../core/contracts/events.ts';
import type { ActionState, ActionStatus } from './action-status.ts';
import { changedBy, waitingStatus } from './action-status.ts';
import { harmlessLine } from './style.ts';
import { createWaiting } from './waiting.ts';

/** How far a run has come: a fold over its events, at a cost per event that does not grow with the run. */
export interface RunState {
  /** Takes the next event; returns the state of the action that it changed, if it changed one. */
  readonly take: (event: ExecutionEvent) => ActionStatus | null;
  /** All known actions, in the order of their stages. */
  readonly actions: () => readonly ActionStatus[];
  readonly count: (state: ActionState) => number;
  /**
   * How many actions there are as far as is known. A stage whose items are not known yet counts as one, and then this is not
   * exact.
   */
  readonly total: () => { readonly count: number; readonly isExact: boolean };
  /** Those that run, the longest-running first. */
  readonly running: () => Iterable<ActionStatus>;
  /** What waits, in the order of the plan; a stage whose items are not known yet counts as one, such as `build/…`. */
  readonly waiting: () => { readonly count: number; readonly names: Iterable<string> };
  readonly isStopping: () => boolean;
  /** The errors because of which nothing was started; null if something could be. */
  readonly refusedBy: () => number | null;
  /** The time until the end in ms, as expected at a moment; null if it is not known. */
  readonly remaining: (now: number) => number | null;
  /** When the run began, in ms since 1970. */
  readonly began: () => number;
  readonly isEmulated: () => boolean;
  /** How long the actions that are up to date ran when their results were made, in ms. */
  readonly saved: () => number;
  /** Columns of the longest name of a stage or an action so far, of those that are not unusually long. */
  readonly labelWidth: () => number;
}

export function followRun(): RunState {
  const actions = new Map<string, ActionStatus>();
  const counts = new Map<ActionState, number>();
  const running = new Set<string>();
  const waiting = createWaiting();
  const stages = new Map<string, number>();
  const stageOf = new Map<string, number>();
  let began = 0;
  let isStopping = false;
  let isRefused = false;
  let errors = 0;
  let isEmulated = false;
  let saved = 0;
  let forecast: { readonly at: number; readonly remaining: number | null } = { at: 0, remaining: null };
  let labelWidth = 0;

  const measure = (name: string): void => {
    const width = displayWidth(harmlessLine(name));
    if (width <= widestLabel) labelWidth = Math.max(labelWidth, width);
  };
  const add = (state: ActionState, amount: number): void => {
    counts.set(state, (counts.get(state) ?? 0) + amount);
  };
  const set = (status: ActionStatus): void => {
    const { action, state } = status;
    const before = actions.get(action);
    if (before === undefined) measure(action);
    else add(before.state, -1);
    add(state, 1);
    actions.set(action, status);
    if (state === 'waiting') waiting.add(action);
    else waiting.remove(action);
    if (state !== 'running') running.delete(action);
    else running.add(action);
  };
  const statusOf = (action: string): ActionStatus => actions.get(action) ?? waitingStatus(action);

  return {
    take(event) {
      switch (event.type) {
        case 'run-started':
          began = event.at;
          for (const stage of event.stages) {
            waiting.addStage(stage);
            stages.set(stage, stages.size);
            measure(stage);
          }
          break;
        case 'stage-expanded':
          waiting.expand(event.stage, event.actions);
          for (const action of event.actions) {
            stageOf.set(action, stages.get(event.stage) ?? stages.size);
            const known = actions.get(action);
            if (known === undefined) set(waitingStatus(action));
            else if (known.state !== 'waiting') waiting.remove(action);
          }
          break;
        case 'run-forecast':
          forecast = { at: event.at, remaining: event.remainingMilliseconds };
          break;
        case 'run-checked':
          ({ isRefused } = event);
          errors += errorsIn(event.diagnostics);
          break;
        case 'action-failed':
          errors += errorsIn(event.diagnostics);
          break;
        case 'run-stopping':
          isStopping = true;
          break;
        case 'action-cached':
          saved += event.savedMilliseconds ?? 0;
          isEmulated ||= event.emulated;
          break;
        case 'action-succeeded':
          isEmulated ||= event.emulated;
          break;
        default:
      }
      const changed = changedBy(event, statusOf);
      if (changed !== null) set(changed);
      return changed;
    },
    actions() {
      const place = ({ action }: ActionStatus): number => stageOf.get(action) ?? stages.size;
      return [...actions.values()].sort((a, b) => place(a) - place(b));
    },
    count: (state) => counts.get(state) ?? 0,
    total: () => ({ count: actions.size + waiting.unknown(), isExact: waiting.unknown() === 0 }),
    running: () => mapped(running, statusOf),
    waiting: () => ({ count: (counts.get('waiting') ?? 0) + waiting.unknown(), names: waiting.names() }),
    isStopping: () => isStopping,
    refusedBy: () => (isRefused ? errors : null),
    remaining(now) {
      const { at, remaining } = forecast;
      return remaining === null ? null : Math.max(0, remaining - Math.max(0, now - at));
    },
    began: () => began,
    isEmulated: () => isEmulated,
    saved: () => saved,
    labelWidth: () => labelWidth,
  };
}

function errorsIn(diagnostics: readonly Diagnostic[]): number {
  return diagnostics.filter(({ severity }) => severity === 'error').length;
}

/** The state of a run after some events. */
export function stateAfter(events: readonly ExecutionEvent[]): RunState {
  const state = followRun();
  for (const event of events) state.take(event);
  return state;
}

/** One name longer than this does not push the columns of all others aside. */
const widestLabel = 32;

function* mapped<A, B>(values: Iterable<A>, map: (value: A) => B): Iterable<B> {
  for (const value of values) yield map(value);
}
