import type { Plan, PlannedStage } from '../config/plan.ts';
import { keepSpec } from '../state/specs.ts';
import { nameHint } from '../suggest.ts';
import type { ActionRecord, Diagnostic } from '../types.ts';
import type { Action, ActionState, ResolvedAction } from './action.ts';
import { expand, keptSpecOf } from './action.ts';
import type { ExecutionContext } from './context.ts';
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
  const slots = createSlots(jobs);
  /** Actions with the same fingerprint as a running one: they take over its result. */
  const twins = new Map<string, Action[]>();
  const forced = new Set<string>();
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
    const kind = registry.kinds.get(stage.kind)!;
    const from = stage.foreach?.type === 'items' ? stage.foreach.from : null;
    const upstream = from === null ? null : progress.actions(from.stage);
    if (from !== null && upstream === null) return false;
    const maker = upstream?.find(({ label }) => label === from?.stage);
    let source: Parameters<typeof expand>[3] = upstream;
    if (maker !== undefined && from !== null) {
      const state = progress.state(maker);
      if (state.type !== 'done' && !isDeadEnd(state)) return false;
      if (state.type !== 'done') {
        // Its items will never be known: the stage as a whole stands for them.
        addActions(stage, [{ label: stage.name, stage, kind, item: null, board: null }]);
        return true;
      }
      source = { record: state.record, port: from.port };
    }
    const all = expand(stage, kind, plan.cluster, source);
    addActions(stage, all.filter(selection.includes));
    for (const target of selection.unmatched(
      stage.name,
      all.map(({ label }) => label),
    )) {
      const message = `there is no action "${target}"`;
      const hint = nameHint(
        target,
        all.map(({ label }) => label),
      );
      const action: Action = { label: target, stage, kind, item: null, board: null };
      fail(action, [{ code: 'usage/unknown-target', severity: 'error', message, hint }]);
    }
    return true;
  };

  const addActions = (stage: PlannedStage, actions: readonly Action[]): void => {
    progress.addActions(stage.name, actions);
    emit({
      type: 'stage-expanded',
      at: now(),
      stage: stage.name,
      actions: actions.map(({ label }) => label),
    });
  };

  const advance = (action: Action): void => {
    const upstream = progress.upstream(action);
    if (upstream === null) return;
    const broken = upstream.find((other) => isDeadEnd(progress.state(other)));
    if (broken !== undefined) {
      if (progress.state(broken).type === 'stale') noteStale(action, `needs ${broken.label}`, null);
      else block(action, broken.label);
      return;
    }
    if (upstream.some((other) => progress.state(other).type !== 'done')) return;
    const resolution = resolve(action, plan, progress.finished, layout, context.digests);
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
    progress.setState(action, { type: 'queued', resolved });
    slots.whileBusy(
      known.then((record) => {
        decide(resolved, record, isForced);
        settle([action.stage.name]);
      }),
    );
  };

  const decide = (resolved: ResolvedAction, record: ActionRecord | null, isForced: boolean): void => {
    const { action, fingerprint } = resolved;
    if (record !== null) {
      progress.setState(action, { type: 'done', record });
      if (mode === 'run' && ledger.entry(action.label)?.record.fingerprint !== fingerprint) {
        keepSpec(layout, fingerprint, keptSpecOf(resolved));
        ledger.note(action.label, record);
      }
      const { summary, detail, emulated, warnings } = record;
      emit({
        type: 'action-cached',
        at: now(),
        action: action.label,
        fingerprint,
        summary,
        detail,
        emulated,
        warnings,
      });
      return;
    }
    const reason = reasonFor(resolved, isForced, plan, history);
    if (mode === 'plan') noteStale(action, reason, resolved);
    else if (only && !selection.isTarget(action)) {
      const message = `${action.label} is not up to date (${reason})`;
      const hint = `leave out --only, or run ${action.label} first`;
      fail(action, [{ code: 'usage/not-up-to-date', severity: 'error', message, hint }]);
    } else {
      progress.setState(action, { type: 'queued', resolved });
      twins.set(fingerprint, []);
      slots.add(() => run(resolved, reason));
    }
  };

  const run = async (resolved: ResolvedAction, reason: string): Promise<void> => {
    const { action, fingerprint } = resolved;
    const refusal = isStopped || signal.aborted ? null : await context.claim();
    // Another process may have finished it while this one waited.
    const known =
      forced.has(action.label) || (force && selection.isTarget(action))
        ? null
        : await lookUp(resolved, layout, ledger, store);
    if (isStopped || signal.aborted) cancel(action);
    else if (refusal !== null) lose(action, refusal);
    else if (known !== null) decide(resolved, known, false);
    else await runNow(resolved, reason);
    const same = twins.get(fingerprint) ?? [];
    twins.delete(fingerprint);
    for (const twin of same) progress.setState(twin, { type: 'waiting' });
    settle([action, ...same].map(({ stage }) => stage.name));
  };

  const runNow = async (resolved: ResolvedAction, reason: string): Promise<void> => {
    const { action, fingerprint } = resolved;
    progress.setState(action, { type: 'running', resolved });
    const before = ledger.entry(action.label)?.record ?? null;
    const began = now();
    const outcome = await startAction(resolved, reason, context, plan, signal);
    const milliseconds = now() - began;
    forced.delete(action.label);
    switch (outcome.type) {
      case 'succeeded': {
        const { summary, detail, emulated, warnings } = outcome.record;
        progress.setState(action, { type: 'done', record: outcome.record });
        ledger.note(action.label, outcome.record);
        const unchanged = before !== null && haveSameOutputs(before, outcome.record);
        const what = {
          action: action.label,
          fingerprint,
          milliseconds,
          summary,
          detail,
          emulated,
          warnings,
          unchanged,
        };
        emit({ type: 'action-succeeded', at: now(), ...what });
        break;
      }
      case 'failed':
        fail(action, outcome.diagnostics, milliseconds, outcome.directory);
        break;
      case 'lost':
        lose(action, outcome.diagnostic);
        break;
      case 'cancelled':
        cancel(action);
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
    progress.setState(action, { type: 'failed' });
    isStopped ||= !keepGoing;
    const tell = (located: readonly Diagnostic[]): void => {
      const what = { action: action.label, milliseconds, diagnostics: located, directory };
      emit({ type: 'action-failed', at: now(), ...what });
    };
    if (diagnostics.every(({ at }) => at === undefined)) tell(diagnostics);
    else slots.whileBusy(Promise.all(diagnostics.map((one) => context.locate(action.stage, one))).then(tell));
  };
  const lose = (action: Action, diagnostic: Diagnostic): void => {
    isLost = true;
    fail(action, [diagnostic]);
  };
  const block = (action: Action, by: string): void => {
    progress.setState(action, { type: 'blocked' });
    emit({ type: 'action-blocked', at: now(), action: action.label, by });
  };
  const cancel = (action: Action): void => {
    progress.setState(action, { type: 'cancelled' });
    emit({ type: 'action-cancelled', at: now(), action: action.label });
  };
  const noteStale = (action: Action, reason: string, resolved: ResolvedAction | null): void => {
    progress.setState(action, { type: 'stale' });
    context.onStale(action.label, reason, resolved === null ? null : explainChange(resolved, plan, history));
  };

  settle(progress.stages.map(({ name }) => name));
  await slots.idle();
  return { states: progress.states(), isLost };
}

/** Early cutoff, seen from the outside: what needs these outputs keeps its fingerprint. */
function haveSameOutputs(a: ActionRecord, b: ActionRecord): boolean {
  const digests = ({ outputs }: ActionRecord) =>
    Object.entries(outputs).map(([port, { digest }]) => `${port} ${digest}`);
  return digests(a).sort().join() === digests(b).sort().join();
}
