import type { Plan, PlannedStage } from '../contracts/plan.ts';
import { upstreamOf } from '../contracts/plan.ts';
import type { Action, ActionState } from './action.ts';
import type { Finished } from './resolve.ts';

/** The state of every stage and action during a run. */
export interface Progress {
  /** Selected stages in topological order. */
  readonly stages: readonly PlannedStage[];
  /** The position of a stage among `stages`. */
  readonly place: (stage: string) => number;
  readonly dependents: (stage: string) => readonly string[];
  readonly actions: (stage: string) => readonly Action[] | null;
  readonly addActions: (stage: string, actions: readonly Action[]) => void;
  readonly find: (label: string) => Action | null;
  readonly state: (action: Action) => ActionState;
  readonly setState: (action: Action, state: ActionState) => void;
  readonly finished: Finished;
  readonly upstream: (action: Action) => readonly Action[] | null;
  readonly states: () => ReadonlyMap<string, ActionState>;
}

export function createProgress(plan: Plan, selected: ReadonlySet<string>): Progress {
  const stages = plan.stages.filter(({ name }) => selected.has(name));
  const upstreams = new Map(stages.map((stage) => [stage.name, upstreamOf(stage)]));
  const dependents = new Map<string, string[]>(stages.map(({ name }) => [name, []]));
  for (const [name, needed] of upstreams) for (const other of needed) dependents.get(other)?.push(name);
  const expanded = new Map<string, readonly Action[]>();
  const byLabel = new Map<string, Action>();
  const states = new Map<string, ActionState>();
  const places = new Map(stages.map(({ name }, at) => [name, at]));
  return {
    stages,
    place: (stage) => places.get(stage) ?? 0,
    dependents: (stage) => dependents.get(stage) ?? [],
    actions: (stage) => expanded.get(stage) ?? null,
    addActions(stage, actions) {
      expanded.set(stage, actions);
      for (const action of actions) {
        byLabel.set(action.label, action);
        states.set(action.label, { type: 'waiting' });
      }
    },
    find: (label) => byLabel.get(label) ?? null,
    state: (action) => states.get(action.label) ?? { type: 'waiting' },
    setState: (action, state) => states.set(action.label, state),
    finished: (stage) =>
      (expanded.get(stage) ?? []).flatMap((action) => {
        const state = states.get(action.label);
        return state?.type === 'done' ? [{ action, record: state.record }] : [];
      }),
    upstream(action) {
      const found: Action[] = [];
      for (const name of upstreams.get(action.stage.name) ?? []) {
        const actions = expanded.get(name);
        if (actions === undefined) return null;
        const same = sameItem(action, name, actions);
        found.push(...(same === null ? actions : [same]));
      }
      return found;
    },
    states: () => states,
  };
}

/** Whether a state will never become `done`. */
export function isDeadEnd(state: ActionState): boolean {
  return ['failed', 'blocked', 'cancelled', 'stale'].includes(state.type);
}

/**
 * In a stage over the same items, an action waits only for the action of its own item, so that items do not wait for each
 * other.
 */
function sameItem({ stage, item }: Action, upstream: string, actions: readonly Action[]): Action | null {
  if (stage.foreach?.type !== 'items' || stage.foreach.from.stage !== upstream || item === null) return null;
  if (stage.after.includes(upstream)) return null;
  return actions.find((other) => other.item?.position === item.position) ?? null;
}
