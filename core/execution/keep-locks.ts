import type { Plan, PlannedStage } from '../contracts/plan.ts';
import type { ActionRecord, Item } from '../contracts/types.ts';
import { keepLock, openLocks } from '../state/cut-lock.ts';
import { keepSpec } from '../state/specs.ts';
import { canonicalJson } from '../../base/digest.ts';
import type { JsonObject } from '../../base/json.ts';
import type { Action, ActionState } from './action.ts';
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
    const decisions = await decisionsOf(stage, plan, context, states);
    if (decisions.length === 0) continue;
    keepLock(context.layout.decisions, stage.name, entryOf(decisions));
    for (const [one] of decisions) await keepUnderOwnDecision(one, plan, context, states);
  }
}

/** Whether `keepLocks` would change pipeline.lock. */
export async function wouldChangeLocks(
  plan: Plan,
  context: ExecutionContext,
  states: ReadonlyMap<string, ActionState>,
): Promise<boolean> {
  const locks = openLocks(context.layout.decisions);
  for (const stage of plan.stages) {
    const decisions = await decisionsOf(stage, plan, context, states);
    if (decisions.length === 0) continue;
    const kept = locks.of(stage.name);
    if (!kept.ok || canonicalJson(kept.value) !== canonicalJson(entryOf(decisions))) return true;
  }
  return false;
}

/** What the actions of a stage decided, once everything built from it has succeeded; else nothing. */
async function decisionsOf(
  stage: PlannedStage,
  plan: Plan,
  context: ExecutionContext,
  states: ReadonlyMap<string, ActionState>,
): Promise<readonly (readonly [Done, JsonObject])[]> {
  const { lock } = kindOf(stage, context.registry);
  if (lock === undefined || !isBuilt(stage, lock.once, plan, states)) return [];
  const done = actionsThatDecided(stage, plan, context, states);
  const decisions: (readonly [Done, JsonObject])[] = [];
  for (const one of done) {
    const entry = one.record.outputs[lock.port]?.files[0];
    const contents = entry === undefined ? null : await context.store.read(entry);
    if (contents !== null) decisions.push([one, JSON.parse(String(contents)) as JsonObject]);
  }
  return decisions.length < done.length ? [] : decisions;
}

/** A finished action of a stage that keeps its decision. */
interface Done {
  readonly action: Action;
  readonly record: ActionRecord;
}

/** The actions of a stage, one or one for each item; none unless all are done. */
function actionsThatDecided(
  stage: PlannedStage,
  plan: Plan,
  { registry }: ExecutionContext,
  states: ReadonlyMap<string, ActionState>,
): readonly Done[] {
  const one = onlyAction(stage, registry);
  const actions =
    stage.foreach?.type === 'items'
      ? itemsOf(collectionOf(stage, plan), states).map((item) => ({
          ...one,
          label: `${stage.name}/${item.position}`,
          item,
        }))
      : [one];
  const done = actions.flatMap((action) => {
    const state = states.get(action.label);
    return state?.type === 'done' ? [{ action, record: state.record }] : [];
  });
  return done.length === actions.length ? done : [];
}

/** The entry of a stage in pipeline.lock: its decision, or those of its items by their ids. */
function entryOf(decisions: readonly (readonly [Done, JsonObject])[]): JsonObject {
  const [first] = decisions;
  if (first !== undefined && first[0].action.item === null) return first[1];
  return Object.fromEntries(decisions.map(([{ action }, decision]) => [action.item?.id ?? '', decision]));
}

async function keepUnderOwnDecision(
  { action, record: made }: Done,
  plan: Plan,
  context: ExecutionContext,
  states: ReadonlyMap<string, ActionState>,
): Promise<void> {
  const resolution = resolve(action, plan, finishedIn(plan, context, states), {
    ...context,
    locks: openLocks(context.layout.decisions),
  });
  if (!resolution.ok) return;
  const { fingerprint } = resolution.value;
  if (fingerprint === made.fingerprint) return;
  const record = { ...made, fingerprint };
  await context.store.keep(record, { durable: false, shared: true });
  context.ledger.note(action.label, record);
  keepSpec(context.layout, fingerprint, keptSpecOf(resolution.value));
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

/** Whether every item, of the stage or that it goes through, went through stages of all these kinds. */
function isBuilt(
  stage: PlannedStage,
  kinds: readonly string[],
  plan: Plan,
  states: ReadonlyMap<string, ActionState>,
): boolean {
  const name = collectionOf(stage, plan);
  const builders = plan.stages.filter(
    ({ kind, foreach }) =>
      kinds.includes(kind) &&
      foreach?.type === 'items' &&
      collectionBehind(foreach.from, plan).stage === name,
  );
  return (
    builders.length > 0 &&
    builders.every((builder) =>
      itemsOf(name, states).every(
        ({ position }) => states.get(`${builder.name}/${position}`)?.type === 'done',
      ),
    )
  );
}

/** The stage whose items a stage goes through; itself if it makes them. */
function collectionOf({ name, foreach }: PlannedStage, plan: Plan): string {
  return foreach?.type === 'items' ? collectionBehind(foreach.from, plan).stage : name;
}

function itemsOf(collection: string, states: ReadonlyMap<string, ActionState>): readonly Item[] {
  const state = states.get(collection);
  return state?.type === 'done' ? Object.values(state.record.items).flat() : [];
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
