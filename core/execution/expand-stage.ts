import { problem } from '../../base/diagnostic.ts';
import { nameHint } from '../../base/suggest.ts';
import type { PlannedStage } from '../contracts/plan.ts';
import type { Action } from './action.ts';
import type { Execution } from './execution.ts';
import { actionsOf, onlyAction } from './expansion.ts';
import { fail } from './failing.ts';

/** Adds the actions of a stage that take part in the run; null while its items are not known. */
export function expandStage(execution: Execution, stage: PlannedStage): readonly Action[] | null {
  const { plan, context, options, progress } = execution;
  const { registry, emit, now } = context;
  const all = actionsOf(stage, plan, registry, progress);
  if (all === null) return null;
  const labels = all.map(({ label }) => label);
  const unmatched = options.selection.unmatched(stage.name, labels);
  // If the items will never be known, the single item that was named is shown in place of the stage.
  const isUnknown = stage.foreach !== null && labels.length === 1 && labels[0] === stage.name;
  const actions = isUnknown
    ? (unmatched.length > 0 ? unmatched : labels).map((label) => onlyAction(stage, registry, label))
    : all.filter(options.selection.includes);
  progress.addActions(stage.name, actions);
  emit({ type: 'stage-expanded', at: now(), stage: stage.name, actions: actions.map(({ label }) => label) });
  for (const target of isUnknown ? [] : unmatched)
    fail(execution, onlyAction(stage, registry, target), [
      problem('usage/unknown-target', `there is no action "${target}"`, { hint: nameHint(target, labels) }),
    ]);
  return actions;
}
