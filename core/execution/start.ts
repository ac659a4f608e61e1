import { join } from 'node:path';
import { removeTree } from '../../base/remove-tree.ts';
import type { Plan } from '../contracts/plan.ts';
import { forgetFailure, keepFailure } from '../state/failures.ts';
import { fileNameOf } from '../state/layout.ts';
import { voidReceipts, writeReceipt } from '../state/receipts.ts';
import { keepSpec } from '../state/specs.ts';
import type { Handle, Surroundings } from '../contracts/types.ts';
import type { Json } from '../../base/json.ts';
import type { ResolvedAction } from './action.ts';
import { keptSpecOf } from './action.ts';
import type { Attempt } from './attempt.ts';
import { attempt } from './attempt.ts';
import type { ExecutionContext } from './context.ts';

/** An attempt, and for a failed one where its work directory was kept, relative to the project. */
export type Started = Attempt & { readonly directory: string | null };

const noSurroundings: Surroundings = { programs: {}, path: [], env: {} };

/** Starts an action on its runner and follows it to its end, with everything the journal must know on the way. */
export async function startAction(
  resolved: ResolvedAction,
  reason: string,
  context: ExecutionContext,
  plan: Plan,
  signal: AbortSignal,
): Promise<Started> {
  const { action, spec, fingerprint } = resolved;
  const { layout, emit, now } = context;
  const isEffect = spec.run.type === 'effect';
  const directory = join(layout.work, fileNameOf(action.label));
  const runner = spec.run.type === 'process' ? context.runners.process : context.runners.builtin;
  keepSpec(layout, fingerprint, keptSpecOf(resolved));
  emit({ type: 'action-started', at: now(), action: action.label, fingerprint, reason });
  const board = action.board?.name ?? null;
  if (isEffect) voidReceipts(layout, action.label, board);
  let cancel = (): void => undefined;
  const surroundings =
    spec.run.type === 'process' ? await context.surroundings(spec.tools, plan.tools) : noSurroundings;
  if ('code' in surroundings) return { type: 'lost', diagnostic: surroundings, directory: null };
  const outcome = await attempt({
    resolved,
    directory,
    layout,
    templates: context.templates,
    store: context.store,
    runner,
    finisher: context.runners.builtin,
    surroundings,
    world: {
      ...context.world,
      tools: plan.tools,
      board: action.board as unknown as Json,
      boards: plan.cluster as unknown as Json,
    },
    now,
    onSubmitted(handle: Handle, log) {
      emit({ type: 'action-submitted', at: now(), action: action.label, handle, log });
      signal.removeEventListener('abort', cancel);
      cancel = () => void (handle.runner === runner.name ? runner : context.runners.builtin).cancel(handle);
      signal.addEventListener('abort', cancel);
      if (signal.aborted) cancel();
    },
    onOutput(text) {
      emit({ type: 'action-output', at: now(), action: action.label, text });
    },
  });
  signal.removeEventListener('abort', cancel);
  if (outcome.type === 'succeeded') {
    if (isEffect) writeReceipt(layout, action.label, board, outcome.record);
    forgetFailure(layout, action.label);
  }
  if (outcome.type !== 'failed') {
    removeTree(directory);
    return { ...outcome, directory: null };
  }
  return { ...outcome, directory: keepFailure(layout, action.label, directory) };
}
