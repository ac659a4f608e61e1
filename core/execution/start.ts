import { join } from 'node:path';
import { defined } from '../../base/defined.ts';
import { removeTree } from '../../base/remove-tree.ts';
import { success } from '../../base/result.ts';
import type { Plan } from '../contracts/plan.ts';
import type { Handle, Runner, Surroundings } from '../contracts/types.ts';
import { forgetFailure, keepFailure } from '../state/failures.ts';
import { fileNameOf } from '../state/layout.ts';
import { voidReceipts, writeReceipt } from '../state/receipts.ts';
import { keepSpec } from '../state/specs.ts';
import type { ResolvedAction } from './action.ts';
import { keptSpecOf } from './action.ts';
import type { Attempt } from './attempt.ts';
import { attempt } from './attempt.ts';
import type { ExecutionContext } from './context.ts';

/** An attempt and, if it failed, its kept work directory, relative to the project. */
export type Started = Attempt & { readonly directory: string | null };

const noSurroundings: Surroundings = { programs: {}, path: [], env: {} };

/** Starts an action on its runner and follows it to its end, emitting everything the journal must record. */
export async function startAction(
  resolved: ResolvedAction,
  reason: string,
  context: ExecutionContext,
  plan: Plan,
  signal: AbortSignal,
): Promise<Started> {
  const { action, spec, fingerprint } = resolved;
  const { layout, emit, now } = context;
  const board = action.board?.name ?? null;
  keepSpec(layout, fingerprint, keptSpecOf(resolved));
  emit({ type: 'action-started', at: now(), action: action.label, fingerprint, reason });
  if (spec.run.type === 'effect') voidReceipts(layout, action.label, board);
  const surroundings =
    spec.run.type === 'process'
      ? await context.surroundings(spec.tools, plan.tools)
      : success(noSurroundings);
  if (!surroundings.ok) {
    const [diagnostic] = surroundings.diagnostics;
    return { type: 'lost', diagnostic: defined(diagnostic, 'a failure says what is wrong'), directory: null };
  }
  const directory = join(layout.work, fileNameOf(action.label));
  const cancelling = cancelOnAbort(context.runners, signal);
  const outcome = await attempt({
    resolved,
    directory,
    context,
    runners: runnersFor(resolved, context),
    surroundings: surroundings.value,
    world: { ...context.paths, tools: plan.tools, board: action.board, boards: plan.cluster },
    onSubmitted(handle, log) {
      emit({ type: 'action-submitted', at: now(), action: action.label, handle, log });
      cancelling.follow(handle);
    },
    onOutput(text) {
      emit({ type: 'action-output', at: now(), action: action.label, text });
    },
  });
  cancelling.stop();
  return ended(outcome, resolved, context, directory);
}

/** Keeps what an ended attempt leaves in addition to its result: a receipt, or the work directory of a failed one. */
function ended(
  outcome: Attempt,
  { action, spec }: ResolvedAction,
  { layout }: ExecutionContext,
  directory: string,
): Started {
  if (outcome.type === 'failed')
    return { ...outcome, directory: keepFailure(layout, action.label, directory) };
  if (outcome.type === 'succeeded') {
    if (spec.run.type === 'effect')
      writeReceipt(layout, action.label, action.board?.name ?? null, outcome.record);
    forgetFailure(layout, action.label);
  }
  removeTree(directory);
  return { ...outcome, directory: null };
}

/** The runner of an action, and the one for the work that finishes its process. */
function runnersFor(
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
