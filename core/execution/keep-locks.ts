import type { Plan, PlannedStage } from '../contracts/plan.ts';
import { keepLock, openLocks } from '../state/cut-lock.ts';
import { keepSpec } from '../state/specs.ts';
import type { JsonObject } from '../../base/json.ts';
import type { ActionState } from './action.ts';
import { keptSpecOf } from './action.ts';
import type { ExecutionContext } from './context.ts';
import { kindOf } from '../contracts/registry.ts';
import { collectionBehind, onlyAction } from './expansion.ts';
import type { Finished } from './resolve.ts';
import { resolve } from './resolve.ts';

/**
 * Writes the decisions of stages to pipeline.lock, once everything built from them has succeeded. A stage given its own
 * decision decides the same, so that its result is also kept under that key and the next run finds it.
 */
export async function keepLocks(
  plan: Plan,
  context: ExecutionContext,
  states: ReadonlyMap<string, ActionState>,
): Promise<void> {
  for (const stage of plan.stages) {
    const kind = kindOf(stage, context.registry);
    const state = states.get(stage.name);
    if (kind.lock === undefined || state?.type !== 'done') continue;
    const entry = state.record.outputs[kind.lock.port]?.files[0];
    if (entry === undefined || !isBuilt(stage, kind.lock.once, plan, states)) continue;
    const contents = await context.store.read(entry);
    if (contents === null) continue;
    const decided = JSON.parse(String(contents)) as JsonObject;
    keepLock(context.layout.project, stage.name, decided);
    const action = onlyAction(stage, context.registry);
    const resolution = resolve(action, plan, finishedIn(plan, context, states), {
      ...context,
      locks: openLocks(context.layout.project),
    });
    if (!resolution.ok) continue;
    const { fingerprint } = resolution.value;
    if (fingerprint === state.record.fingerprint) continue;
    const record = { ...state.record, fingerprint };
    await context.store.keep(record, false);
    context.ledger.note(stage.name, record);
    keepSpec(context.layout, fingerprint, keptSpecOf(resolution.value));
  }
}

/** Whether every stage that keeps its decision has one in pipeline.lock. */
export function hasLocks(
  plan: Plan,
  { registry, locks }: Pick<ExecutionContext, 'registry' | 'locks'>,
): boolean {
  return plan.stages.every((stage) => {
    const { lock, outputs } = kindOf(stage, registry);
    if (lock === undefined || !outputs(stage.params).some(({ port }) => port === lock.port)) return true;
    const kept = locks.of(stage.name);
    return kept.ok && kept.value !== null;
  });
}

/** Whether every item of the stage went through stages of all these kinds. */
function isBuilt(
  { name }: PlannedStage,
  kinds: readonly string[],
  plan: Plan,
  states: ReadonlyMap<string, ActionState>,
): boolean {
  const builders = plan.stages.filter(
    ({ kind, foreach }) =>
      kinds.includes(kind) &&
      foreach?.type === 'items' &&
      collectionBehind(foreach.from, plan).stage === name,
  );
  const state = states.get(name);
  const items = state?.type === 'done' ? Object.values(state.record.items).flat() : [];
  return (
    builders.length > 0 &&
    builders.every((builder) =>
      items.every(({ position }) => states.get(`${builder.name}/${position}`)?.type === 'done'),
    )
  );
}

function finishedIn(
  plan: Plan,
  { registry }: ExecutionContext,
  states: ReadonlyMap<string, ActionState>,
): Finished {
  return (name) => {
    const stage = plan.stages.find((other) => other.name === name);
    const state = states.get(name);
    if (stage === undefined || state?.type !== 'done') return [];
    return [{ action: onlyAction(stage, registry), record: state.record }];
  };
}
