import type { PlannedStage } from '../../core/contracts/plan.ts';

/** How many images a `verify` runs through the original network by default. */
const byDefault = 4;

/** For each `verify` a step `verify.original`, unless it asks for no images; what waits for the one waits for the other. */
export function withOriginal(stages: readonly PlannedStage[]): readonly PlannedStage[] {
  const steps = stages.filter(({ kind }) => kind === 'verify').flatMap(originalOf);
  const names = new Set(steps.map(({ name }) => name));
  const waiting = stages.map((stage) => ({
    ...stage,
    after: stage.after.flatMap((name) =>
      names.has(originalName(name)) ? [name, originalName(name)] : [name],
    ),
  }));
  return waiting.flatMap((stage) => [
    stage,
    ...steps.filter(({ name }) => name === originalName(stage.name)),
  ]);
}

function originalOf(stage: PlannedStage): readonly PlannedStage[] {
  const { inputs, original = byDefault, count } = stage.params;
  const { whole, host } = stage.needs;
  if (typeof original !== 'number' || original === 0 || !whole || !host) return [];
  return [
    {
      ...stage,
      name: originalName(stage.name),
      kind: 'original',
      params: {
        ...(inputs === undefined ? {} : { inputs }),
        count: typeof count === 'number' ? Math.min(count, original) : original,
      },
      needs: { whole, host, original: { ...host, port: 'original' } },
    },
  ];
}

function originalName(name: string): string {
  return `${name}.original`;
}
