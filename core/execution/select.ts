import type { Plan } from '../contracts/plan.ts';
import { problem } from '../../base/diagnostic.ts';
import type { Result } from '../../base/result.ts';
import { failure, success } from '../../base/result.ts';
import { nameHint } from '../../base/suggest.ts';
import type { Diagnostic } from '../../base/diagnostic.ts';
import type { Action } from './action.ts';

/** The targets of a run: none means everything. */
export interface Selection {
  /** Stages that take part: the named ones and all they need. */
  readonly stages: ReadonlySet<string>;
  readonly isTarget: (action: Action) => boolean;
  readonly unmatched: (stage: string, labels: readonly string[]) => readonly string[];
  readonly includes: (action: Action) => boolean;
}

/** Resolves targets such as `build` or `build/1` against the plan. */
export function select(targets: readonly string[], plan: Plan): Result<Selection> {
  const byName = new Map(plan.stages.map((stage) => [stage.name, stage]));
  const wrong = targets.flatMap((target) => {
    const name = stageOf(target);
    const stage = byName.get(name);
    if (stage === undefined)
      return [unknownTarget(`there is no stage "${name}"`, nameHint(name, [...byName.keys()]))];
    if (!target.includes('/') || stage.foreach !== null) return [];
    return [unknownTarget(`"${name}" is a single action and has no "${target}"`, `name it ${name}`)];
  });
  if (wrong.length > 0) return failure(...wrong);
  const wanted = wantedItems(targets, plan);
  const isTarget = (action: Action) =>
    targets.length === 0 || targets.includes(action.stage.name) || targets.includes(action.label);
  return success({
    stages: new Set(wanted.keys()),
    isTarget,
    unmatched: (stage, labels) =>
      targets.filter((target) => target.startsWith(`${stage}/`) && !labels.includes(target)),
    includes: ({ stage, label }: Action) => {
      const items = wanted.get(stage.name);
      return items === 'all' || items?.has(itemOf(label)) === true;
    },
  });
}

function unknownTarget(message: string, hint: string): Diagnostic {
  return problem('usage/unknown-target', message, { hint });
}

/** By stage, the items that take part: all, or the named ones and those that they depend on item by item. */
function wantedItems(
  targets: readonly string[],
  plan: Plan,
): ReadonlyMap<string, 'all' | ReadonlySet<string>> {
  const wanted = new Map<string, 'all' | ReadonlySet<string>>();
  const want = (stage: string, items: 'all' | ReadonlySet<string>): void => {
    const before = wanted.get(stage);
    const isWhole = items === 'all' || before === 'all';
    wanted.set(stage, isWhole ? 'all' : new Set([...(before ?? []), ...items]));
  };
  for (const target of targets.length === 0 ? plan.stages.map(({ name }) => name) : targets)
    want(stageOf(target), target.includes('/') ? new Set([itemOf(target)]) : 'all');
  const byName = new Map(plan.stages.map((stage) => [stage.name, stage]));
  // Each stage comes after those it needs, so that in this order all its dependents come first.
  for (const stage of [...plan.stages].reverse()) {
    const items = wanted.get(stage.name);
    if (items === undefined) continue;
    const whole = [...Object.values(stage.needs).map(({ stage }) => stage), ...stage.after];
    for (const name of whole) want(name, 'all');
    if (stage.foreach?.type !== 'items') continue;
    const source = stage.foreach.from.stage;
    want(source, byName.get(source)?.foreach?.type === 'items' ? items : 'all');
  }
  return wanted;
}

function itemOf(label: string): string {
  return label.split('/')[1] ?? '';
}

function stageOf(target: string): string {
  return target.split('/')[0] ?? target;
}
