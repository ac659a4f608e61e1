import type { Plan } from '../config/plan.ts';
import { upstreamOf } from '../config/plan.ts';
import { nameHint } from '../suggest.ts';
import type { Diagnostic } from '../types.ts';
import type { Action } from './action.ts';

/** What a run is asked for: nothing named means everything. */
export interface Selection {
  /** Stages that take part: those named and all they need. */
  readonly stages: ReadonlySet<string>;
  /** Whether the user named this action, by its stage or by itself. */
  isTarget(action: Action): boolean;
  /** Of the single actions named of a stage, those that it turned out not to have. */
  unmatched(stage: string, labels: readonly string[]): readonly string[];
  /** Whether this action takes part: a stage named by single actions runs only those. */
  includes(action: Action): boolean;
}

/** Resolves targets such as `build` or `build/1` against the plan. */
export function select(targets: readonly string[], plan: Plan): Selection | readonly Diagnostic[] {
  const byName = new Map(plan.stages.map((stage) => [stage.name, stage]));
  const names = [...byName.keys()];
  const unknown = targets.filter((target) => !names.includes(stageOf(target)));
  if (unknown.length > 0)
    return unknown.map((target) => ({
      code: 'usage/unknown-target',
      severity: 'error',
      message: `there is no stage "${stageOf(target)}"`,
      hint: nameHint(stageOf(target), names),
    }));
  const single = targets.filter(
    (target) => target.includes('/') && byName.get(stageOf(target))?.foreach === null,
  );
  if (single.length > 0)
    return single.map((target) => ({
      code: 'usage/unknown-target',
      severity: 'error',
      message: `"${stageOf(target)}" is a single action and has no "${target}"`,
      hint: `name it ${stageOf(target)}`,
    }));
  const stages = new Set<string>();
  const include = (name: string): void => {
    if (stages.has(name)) return;
    stages.add(name);
    upstreamOf(byName.get(name)!).forEach(include);
  };
  (targets.length === 0 ? names : targets.map(stageOf)).forEach(include);
  const isTarget = (action: Action) =>
    targets.length === 0 || targets.includes(action.stage.name) || targets.includes(action.label);
  const neededWhole = new Set([...stages].flatMap((name) => upstreamOf(byName.get(name)!)));
  return {
    stages,
    isTarget,
    unmatched: (stage, labels) =>
      targets.filter((target) => target.startsWith(`${stage}/`) && !labels.includes(target)),
    includes: (action: Action) =>
      stages.has(action.stage.name) && (neededWhole.has(action.stage.name) || isTarget(action)),
  };
}

function stageOf(target: string): string {
  return target.split('/')[0] ?? target;
}
