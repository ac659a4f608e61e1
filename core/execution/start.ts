import { defined } from '../../base/defined.ts';
import { bestEffort } from '../../base/json-file.ts';
import { machineFailure } from '../../base/machine-failure.ts';
import { removeTree } from '../../base/remove-tree.ts';
import { success } from '../../base/result.ts';
import type { Plan } from '../contracts/plan.ts';
import type { Handle, Runner, Surroundings } from '../contracts/types.ts';
import type { AttemptFolder } from '../state/attempts.ts';
import { createAttempt, finishedJobOf } from '../state/attempts.ts';
import { forgetFailure, keepFailure, noteVariant, unstoredAttempt } from '../state/failures.ts';
import { voidReceipts, writeReceipt } from '../state/receipts.ts';
import { keepSpec } from '../state/specs.ts';
import type { ResolvedAction } from './action.ts';
import { keptSpecOf } from './action.ts';
import type { Attempt } from './attempt.ts';
import { attempt } from './attempt.ts';
import type { ExecutionContext } from './context.ts';
import { watchSteps } from './steps.ts';
import { storeResults } from './store-results.ts';
import { worldOf } from './world.ts';

/** An attempt and, if it failed, its kept folder, relative to the project. */
export type Started = Attempt & { readonly directory: string | null };

export interface StartOptions {
  readonly plan: Plan;
  readonly signal: AbortSignal;
  /** Why it runs. */
  readonly reason: string;
  /** How many cores a process may use. */
  readonly cores: number;
  readonly expectedMilliseconds: number | null;
  /** It runs even if an earlier attempt left all that it is to make. */
  readonly isForced: boolean;
}

const noSurroundings: Surroundings = { programs: {}, path: [], env: {} };

/** Starts an action on its runner and follows it to its end, emitting everything the journal must record. */
export async function startAction(
  resolved: ResolvedAction,
  context: ExecutionContext,
  options: StartOptions,
): Promise<Started> {
  const { action, spec, fingerprint } = resolved;
  const { layout, emit, now } = context;
  const begin = (reason: string): void => {
    keepSpec(layout, fingerprint, keptSpecOf(resolved));
    emit({
      type: 'action-started',
      at: now(),
      action: action.label,
      fingerprint,
      reason,
      expectedMilliseconds: options.expectedMilliseconds,
    });
  };
  const unstored = options.isForced ? null : unstoredAttempt(layout, action.label, fingerprint);
  if (unstored !== null) {
    begin('an earlier run finished it, but could not store what it made');
    return storeEarlier(resolved, unstored, context);
  }
  begin(options.reason);
  try {
    if (spec.run.type === 'effect') voidReceipts(layout, action.label, action.board?.name ?? null);
    const { tools } = options.plan;
    const isProcess = spec.run.type === 'process';
    const surroundings = isProcess ? await context.surroundings(spec.tools, tools) : success(noSurroundings);
    if (!surroundings.ok) {
      const [diagnostic] = surroundings.diagnostics;
      const why = defined(diagnostic, 'a failure says what is wrong');
      return { type: 'lost', diagnostic: why, directory: null };
    }
    forgetFailure(layout, action.label);
    return await runIn(resolved, surroundings.value, context, options);
  } catch (error) {
    return { type: 'lost', diagnostic: machineFailure(error), directory: null };
  }
}

/** Runs an action in a folder of a new attempt. */
async function runIn(
  resolved: ResolvedAction,
  surroundings: Surroundings,
  context: ExecutionContext,
  { plan, signal, cores }: StartOptions,
): Promise<Started> {
  const { action, spec } = resolved;
  const { layout, emit, now } = context;
  const world = worldOf(action, plan, context);
  // What the boards trusted when the effect began; the first use of emulated boards makes their key.
  const mark = spec.run.type === 'effect' ? context.markOf(world) : null;
  const runners = runnersFor(resolved, context);
  const names = [...new Set([runners.own.name, runners.finisher.name])];
  const folder = createAttempt(layout, { action: action.label, runners: names });
  const watch = watchSteps(action.kind, (step) => {
    emit({ type: 'action-progressed', at: now(), action: action.label, step });
  });
  const cancelling = cancelOnAbort(context.runners, signal);
  const outcome = await attempt({
    resolved,
    folder,
    context,
    runners,
    surroundings,
    cores,
    world,
    onSubmitted(handle, log) {
      emit({ type: 'action-submitted', at: now(), action: action.label, handle, log });
      cancelling.follow(handle);
    },
    onOutput(text) {
      watch(text);
      emit({ type: 'action-output', at: now(), action: action.label, text });
    },
  });
  cancelling.stop();
  if (outcome.type === 'succeeded' && spec.run.type === 'effect')
    writeReceipt(
      layout,
      action.label,
      action.board?.name ?? null,
      mark ?? context.markOf(world),
      outcome.record,
    );
  return ended(outcome, resolved, context, folder);
}

/** Stores what an earlier attempt made, whose job ended well. */
async function storeEarlier(
  resolved: ResolvedAction,
  folder: AttemptFolder,
  context: ExecutionContext,
): Promise<Started> {
  const finished = defined(finishedJobOf(folder), 'only such an attempt is offered again');
  const outcome = await storeResults(resolved, folder, finished, context.store, true);
  return ended(outcome, resolved, context, folder);
}

/** Keeps the folder of a failed attempt. */
function ended(
  outcome: Attempt,
  { action }: ResolvedAction,
  { layout, ledger }: ExecutionContext,
  folder: AttemptFolder,
): Started {
  if (outcome.type === 'failed' || outcome.type === 'unstored') {
    noteVariant(folder, ledger.profile);
    return { ...outcome, directory: keepFailure(layout, action.label, folder) };
  }
  // What cannot be deleted is in no one's way: the name of the folder is not used again.
  bestEffort(() => {
    removeTree(folder.path);
  });
  return { ...outcome, directory: null };
}

/** The runner of an action, and the one for the work that finishes its process. */
export function runnersFor(
  { action, spec }: ResolvedAction,
  { runners, usualRunners }: ExecutionContext,
): { readonly own: Runner; readonly finisher: Runner } {
  const named = (name: string): Runner => defined(runners.get(name), `a stage names a known runner: ${name}`);
  const finisher = named(usualRunners.work);
  const isProcess = spec.run.type === 'process';
  return { own: isProcess ? named(action.stage.runner ?? usualRunners.process) : finisher, finisher };
}

/** Cancels the last submitted job when the signal comes, or at once if it came before. */
function cancelOnAbort(runners: ExecutionContext['runners'], signal: AbortSignal) {
  let cancel = (): void => undefined;
  const stop = (): void => {
    signal.removeEventListener('abort', cancel);
  };
  return {
    stop,
    follow(handle: Handle): void {
      stop();
      cancel = () => void runners.get(handle.runner)?.cancel(handle);
      signal.addEventListener('abort', cancel);
      if (signal.aborted) cancel();
    },
  };
}
