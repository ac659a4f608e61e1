import type { Plan, PlannedStage } from '../contracts/plan.ts';
import { keepLock, openLocks } from '../state/cut-lock.ts';
import { keepSpec } from '../state/specs.ts';
import type { JsonObject } from '../../base/json.ts';
import type { Action, ActionState } from './action.ts';
import { keptSpecOf } from './action.ts';
import type { ExecutionContext } from './context.ts';
import { collectionBehind } from './expansion.ts';
import { resolve } from './resolve.ts';

/**
 * Writes into pipeline.lock what stages decided, once all that was built by it has succeeded. A stage given its own decision
 * decides the same, so that its result is kept under that key too and the next run finds it.
 */
export async function keepLocks(
  plan: Plan,
  context: ExecutionContext,
  states: ReadonlyMap<string, ActionState>,
): Promise<void> {
  for (const stage of plan.stages) {
    const kind = context.registry.kinds.get(stage.kind)!;
    const state = states.get(stage.name);
    if (kind.lock === undefined || state?.type !== 'done') continue;
    const entry = state.record.outputs[kind.lock.port]?.files[0];
    if (entry === undefined || !isBuilt(stage, kind.lock.once, plan, context, states)) continue;
    const contents = await context.store.read(entry);
    if (contents === null) continue;
    const decided = JSON.parse(String(contents)) as JsonObject;
    if (!keepLock(context.layout.project, stage.name, decided)) continue;
    const action: Action = { label: stage.name, stage, kind, item: null, board: null };
    const resolution = resolve(action, plan, finishedIn(plan, context, states), {
      ...context,
      locks: openLocks(context.layout.project),
    });
    if (!resolution.ok) continue;
    const { fingerprint } = resolution.resolved;
    const record = { ...state.record, fingerprint };
    await context.store.keep(record, false);
    context.ledger.note(stage.name, record);
    keepSpec(context.layout, fingerprint, keptSpecOf(resolution.resolved));
  }
}

/** Whether every item of the stage went through a stage of these kinds, and that through all of them. */
function isBuilt(
  { name }: PlannedStage,
  kinds: readonly string[],
  plan: Plan,
  { registry }: ExecutionContext,
  states: ReadonlyMap<string, ActionState>,
): boolean {
  const builders = plan.stages.filter(
    ({ kind, foreach }) =>
      kinds.includes(registry.kinds.get(kind)!.kind) &&
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

function finishedIn(plan: Plan, { registry }: ExecutionContext, states: ReadonlyMap<string, ActionState>) {
  return (name: string) => {
    const stage = plan.stages.find((other) => other.name === name)!;
    const state = states.get(name);
    const action = { label: name, stage, kind: registry.kinds.get(stage.kind)!, item: null, board: null };
    return state?.type === 'done' ? [{ action, record: state.record }] : [];
  };
}
