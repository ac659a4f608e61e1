import type { Action } from './action.ts';
import type { Execution } from './execution.ts';

/**
 * How long the rest of a run is expected to take, in ms: as long as its longest chain, and at least as long as its work divided by
 * the jobs. What waits may still turn out to be up to date, and counts in full. Null if the duration of something is not known.
 */
export function forecast(
  execution: Pick<Execution, 'context' | 'options' | 'progress' | 'expectations'>,
): number | null {
  const { context, options, progress } = execution;
  const now = context.now();
  const chains = new Map<string, number>();
  let work = 0;
  let longest = 0;
  for (const stage of [...progress.stages].reverse()) {
    let slowest = 0;
    const actions = progress.actions(stage.name) ?? expectedActions(stage, execution);
    for (const action of actions) {
      const left = remainingOf(action, execution, now);
      if (left === null) return null;
      if (action.board === null) work += left;
      slowest = Math.max(slowest, left);
    }
    const behind = progress.dependents(stage.name).map((name) => chains.get(name) ?? 0);
    const chain = slowest + Math.max(0, ...behind);
    chains.set(stage.name, chain);
    longest = Math.max(longest, chain);
  }
  return Math.round(Math.max(longest, work / options.jobs));
}

/** 0 for what has ended. */
function remainingOf(
  action: Pick<Action, 'label' | 'stage' | 'board'>,
  { expectations, progress }: Pick<Execution, 'expectations' | 'progress'>,
  now: number,
): number | null {
  const known = progress.find(action.label);
  const state = known === null ? null : progress.state(known);
  if (state !== null && !['waiting', 'queued', 'running'].includes(state.type)) return 0;
  const expected = expectations.of(action);
  if (expected === null || state?.type !== 'running') return expected;
  return Math.max(0, expected - (now - state.since));
}

/** Of a stage whose items are not known yet: the actions of its last run. */
function expectedActions(
  stage: Action['stage'],
  { context: { ledger } }: Pick<Execution, 'context'>,
): readonly Pick<Action, 'label' | 'stage' | 'board'>[] {
  const labels = ledger.labels().filter((label) => label.startsWith(`${stage.name}/`));
  return (labels.length === 0 ? [stage.name] : labels).map((label) => ({ label, stage, board: null }));
}
