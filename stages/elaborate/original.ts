import type { PlannedStage } from '../../core/contracts/plan.ts';

/** How many images a `verify` runs through the original network by default. */
const byDefault = 4;

/** For each `verify` a step `verify.original`, for which it waits, unless it asks for no images. */
export function withOriginal(stages: readonly PlannedStage[]): readonly PlannedStage[] {
  return stages.flatMap((stage) => {
    const step = stage.kind === 'verify' ? originalOf(stage) : null;
    return step === null ? [stage] : [step, { ...stage, after: [...stage.after, step.name] }];
  });
}

function originalOf(stage: PlannedStage): PlannedStage | null {
  const { inputs, original = byDefault, count } = stage.params;
  const { whole, host } = stage.needs;
  if (typeof original !== 'number' || original === 0 || !whole || !host) return null;
  return {
    ...stage,
    name: `${stage.name}.original`,
    kind: 'original',
    params: {
      ...(inputs === undefined ? {} : { inputs }),
      count: typeof count === 'number' ? Math.min(count, original) : original,
    },
    needs: { whole, host, original: { ...host, port: 'original' } },
  };
}
