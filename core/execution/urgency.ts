import type { Plan } from '../contracts/plan.ts';
import type { Action } from './action.ts';
import type { Expectations } from './expectations.ts';
import type { Progress } from './progress.ts';

/** How urgent actions are: in ms, how long the longest chain that begins with them is expected to take. */
export type Urgency = (action: Action) => number;

/**
 * The longest chain first, so that it does not begin when everything else is done. A duration that is not known counts as 1 ms:
 * without any history the chain with most stages is the longest.
 */
export function createUrgency(
  { stages }: Pick<Plan, 'stages'>,
  progress: Pick<Progress, 'dependents'>,
  expectations: Pick<Expectations, 'of'>,
): Urgency {
  let behind: ReadonlyMap<string, number> | null = null;
  const own = (action: Pick<Action, 'label' | 'stage'>): number => expectations.of(action) ?? 1;
  const chainsBehind = (): ReadonlyMap<string, number> => {
    const found = new Map<string, number>();
    const byName = new Map(stages.map((stage) => [stage.name, stage]));
    const chainOf = (name: string): number => {
      const stage = byName.get(name);
      return stage === undefined ? 0 : own({ label: name, stage }) + (found.get(name) ?? 0);
    };
    for (const stage of [...stages].reverse()) {
      const longest = Math.max(0, ...progress.dependents(stage.name).map(chainOf));
      found.set(stage.name, longest);
    }
    return found;
  };
  return (action) => {
    behind ??= chainsBehind();
    return own(action) + (behind.get(action.stage.name) ?? 0);
  };
}
