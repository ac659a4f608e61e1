import type { Choice } from '../reporters/ended.ts';
import type { CommonOptions, PlanChoice } from './options.ts';

/** The options by which a command line chose its project and its plan. */
export function choiceOf({ directory, file, ...plan }: CommonOptions & PlanChoice): Choice {
  return {
    place: [
      ...(directory === undefined ? [] : ['-C', directory]),
      ...(file === undefined ? [] : ['-f', file]),
    ],
    plan: planWords({ profile: plan.profile ?? null, set: plan.set ?? [] }),
  };
}

/** The options that choose a plan of a pipeline file. */
export function planWords({
  profile,
  set,
}: {
  readonly profile: string | null;
  readonly set: readonly string[];
}): readonly string[] {
  return [...(profile === null ? [] : ['--profile', profile]), ...set.flatMap((each) => ['--set', each])];
}
