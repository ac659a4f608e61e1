import type { Plan, PlannedStage } from '../contracts/plan.ts';
import { forgetFailure } from '../state/failures.ts';
import { keepSpec } from '../state/specs.ts';
import { nameHint } from '../../base/suggest.ts';
import type { ActionRecord } from '../contracts/types.ts';
import type { Diagnostic } from '../../base/diagnostic.ts';
import type { Action, ActionState, ResolvedAction } from './action.ts';
import { keptSpecOf } from './action.ts';
import { announcer } from './announce.ts';
import type { ExecutionContext, Stale } from './context.ts';
import { expansionOf } from './expansion.ts';
import { lookUp } from './lookup.ts';
import { explainChange, historyOf, reasonFor } from './past.ts';
import { createProgress, isDeadEnd } from './progress.ts';
import { resolve } from './resolve.ts';
import type { Selection } from './select.ts';
import { createSlots } from './slots.ts';
import { startAction } from './start.ts';

export interface ExecutionOptions {
  readonly selection: Selection;
  /** `plan` looks everything up and runs nothing. */
  readonly mode: 'run' | 'plan';
  /** Runs the targets even where their results are known. */
  readonly force: boolean;
  /** Runs nothing but the targets; what they need must be there. */
  readonly only: boolean;
  /** Goes on, after a failure, with whatever does not need the failed action. */
  readonly keepGoing: boolean;
  /** Actions at a time. */
  readonly jobs: number;
  readonly signal: AbortSignal;
}

export interface ExecutionResult {
  readonly states: ReadonlyMap<string, ActionState>;
  /** The machine or a runner let an action down. */
  readonly isLost: boolean;
}

/**
 * Brings the selected stages up to date: each action starts as soon as all it needs is done and a slot is free. With
 * nothing to run, everything is looked up synchronously before the first promise.
 */
export async function execute(
  plan: Plan,
  context: ExecutionContext,
  { selection, mode, force, only, keepGoing, jobs, signal }: ExecutionOptions,
): Promise<ExecutionResult> {
  const { emit, now, registry, layout, store, ledger } = context;
  const history = historyOf(ledger, layout, store);
  const progress = createProgress(plan, selection.stages);
  const announce = announcer(context, progress);
  const slots = createSlots(jobs);
  /** Actions with the same fingerprint as a running one: they take over its result. */
  const twins = new Map<string, Action[]>();
  const forced = new Set<string>();
  /** What actions failed with: the same holds for their twins. */
  const failures = new Map<string, { diagnostics: readonly Diagnostic[]; directory: string | null }>();
  let isLost = false;
  let isStopped = false;

  /** Advances these stages and, where that changed something, those that wait for them; in topological order. */
  const settle = (first: readonly string[]): void => {
    const dirty = new Set(first);
    for (const stage of progress.stages)
      if (dirty.has(stage.name) && settleStage(stage))
        progress.dependents(stage.name).forEach((name) => dirty.add(name));
  };

  const settleStage = (stage: PlannedStage): boolean => {
    if (progress.actions(stage.name) === null && !expandStage(stage)) return false;
    const waiting = progress
      .actions(stage.name)!
      .filter((action) => progress.state(action).type === 'waiting');
    waiting.forEach(advance);
    return waiting.length === 0 || waiting.some((action) => progress.state(action).type !== 'waiting');
  };

  const expandStage = (stage: PlannedStage): boolean => {
    const all = expansionOf(stage, plan, registry, progress);
    if (all === null) return false;
    const labels = all.map(({ label }) => label);
    const isStandIn = stage.foreach !== null && labels.length === 1 && labels[0] === stage.name;
    const unmatched = selection.unmatched(stage.name, labels);
    // As long as the items are not known, a single one that was named stands for itself.
    const actions = isStandIn
      ? (unmatched.length > 0 ? unmatched : labels).map((label) => ({ ...all[0]!, label }))
      : all.filter(selection.includes);
    progress.addActions(stage.name, actions);
    emit({
      type: 'stage-expanded',
      at: now(),
      stage: stage.name,
      actions: actions.map(({ label }) => label),
    });
    for (const target of isStandIn ? [] : unmatched) {
      const action: Action = {
        label: target,
        stage,
        kind: registry.kinds.get(stage.kind)!,
        item: null,
        board: null,
      };
      const message = `there is no action "${target}"`;
      fail(action, [
        { code: 'usage/unknown-target', severity: 'error', message, hint: nameHint(target, labels) },
      ]);
    }
    return true;
  };

  const advance = (action: Action): void => {
    const upstream = progress.upstream(action);
    if (upstream === null) return;
    const broken = upstream.find((other) => isDeadEnd(progress.state(other)));
    if (broken !== undefined) {
      if (progress.state(broken).type === 'stale')
        noteStale(action, { type: 'may-run', needs: broken.label });
      else announce.blocked(action, broken.label);
      return;
    }
    if (upstream.some((other) => progress.state(other).type !== 'done')) return;
    const resolution = resolve(action, plan, progress.finished, context);
    if (resolution.ok) check(resolution.resolved);
    else fail(action, resolution.problems);
  };

  const check = (resolved: ResolvedAction): void => {
    const { action, fingerprint } = resolved;
    const twin = twins.get(fingerprint);
    if (twin !== undefined) {
      twin.push(action);
      progress.setState(action, { type: 'queued', resolved });
      return;
    }
    const isForced = forced.has(action.label) || (force && selection.isTarget(action));
    const known = isForced ? null : lookUp(resolved, layout, ledger, store);
    if (!(known instanceof Promise)) {
      decide(resolved, known, isForced);
      return;
    }
    twins.set(fingerprint, []);
    progress.setState(action, { type: 'queued', resolved });
    slots.whileBusy(
      known.then((record) => {
        decide(resolved, record, isForced);
        if (record !== null) settleTwins(resolved);
        else settle([action.stage.name]);
      }),
    );
  };

  const decide = (resolved: ResolvedAction, record: ActionRecord | null, isForced: boolean): void => {
    const { action, fingerprint } = resolved;
    if (record !== null) {
      announce.cached(resolved, record);
      if (mode === 'run') forgetFailure(layout, action.label);
      if (mode === 'run' && ledger.entry(action.label)?.record.fingerprint !== fingerprint) {
        keepSpec(layout, fingerprint, keptSpecOf(resolved));
        ledger.note(action.label, record);
      }
      return;
    }
    const reason = reasonFor(resolved, isForced, plan, history);
    if (mode === 'plan') {
      noteStale(action, { type: 'would-run', reason, explanation: explainChange(resolved, plan, history) });
    } else if (only && !selection.isTarget(action)) {
      const message = `${action.label} is not up to date (${reason})`;
      const hint = `leave out --only, or run ${action.label} first`;
      fail(action, [{ code: 'usage/not-up-to-date', severity: 'error', message, hint }]);
    } else {
      progress.setState(action, { type: 'queued', resolved });
      if (!twins.has(fingerprint)) twins.set(fingerprint, []);
      // What acts on a board waits for that board, and not for a core of this machine.
      slots.add(() => run(resolved, reason), action.board === null);
    }
  };

  /** The action has come to an end: so have those with the same fingerprint, or they find its result. */
  const settleTwins = ({ action, fingerprint }: ResolvedAction): void => {
    const same = twins.get(fingerprint) ?? [];
    twins.delete(fingerprint);
    const failure = failures.get(action.label);
    for (const twin of same)
      if (failure === undefined) progress.setState(twin, { type: 'waiting' });
      else fail(twin, failure.diagnostics, 0, failure.directory);
    settle([action, ...same].map(({ stage }) => stage.name));
  };

  const run = async (resolved: ResolvedAction, reason: string): Promise<void> => {
    const { action } = resolved;
    const refusal = isStopped || signal.aborted ? null : await context.claim();
    // Another process may have finished it meanwhile.
    const known =
      forced.has(action.label) || (force && selection.isTarget(action))
        ? null
        : await lookUp(resolved, layout, ledger, store);
    if (isStopped || signal.aborted) announce.cancelled(action);
    else if (refusal !== null) lose(action, refusal);
    else if (known !== null) decide(resolved, known, false);
    else await runNow(resolved, reason);
    settleTwins(resolved);
  };

  const runNow = async (resolved: ResolvedAction, reason: string): Promise<void> => {
    const { action } = resolved;
    progress.setState(action, { type: 'running', resolved });
    const before = ledger.entry(action.label)?.record ?? null;
    const began = now();
    const outcome = await startAction(resolved, reason, context, plan, signal);
    const milliseconds = now() - began;
    forced.delete(action.label);
    switch (outcome.type) {
      case 'succeeded':
        ledger.note(action.label, outcome.record);
        announce.succeeded(resolved, outcome.record, before, milliseconds);
        break;
      case 'failed':
        fail(action, outcome.diagnostics, milliseconds, outcome.directory);
        break;
      case 'lost':
        lose(action, outcome.diagnostic);
        break;
      case 'cancelled':
        announce.cancelled(action);
        break;
      case 'damaged':
        // A miss that was found late: the maker runs again, and who needed it waits for that.
        forced.add(outcome.producer);
        progress.setState(action, { type: 'waiting' });
        progress.setState(progress.find(outcome.producer)!, { type: 'waiting' });
        settle([progress.find(outcome.producer)!.stage.name]);
        break;
    }
  };

  const fail = (
    action: Action,
    diagnostics: readonly Diagnostic[],
    milliseconds = 0,
    directory: string | null = null,
  ): void => {
    isStopped ||= !keepGoing;
    failures.set(action.label, { diagnostics, directory });
    const told = announce.failed(action, diagnostics, milliseconds, directory);
    slots.whileBusy(
      told.then(() => {
        settle([action.stage.name]);
      }),
    );
  };
  const lose = (action: Action, diagnostic: Diagnostic): void => {
    isLost = true;
    fail(action, [diagnostic]);
  };
  const noteStale = (action: Action, stale: Stale): void => {
    progress.setState(action, { type: 'stale' });
    context.onStale(action.label, stale);
  };

  settle(progress.stages.map(({ name }) => name));
  await slots.idle();
  return { states: progress.states(), isLost };
}
