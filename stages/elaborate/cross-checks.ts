import type { PlannedStage } from '../../core/contracts/plan.ts';

/** For each estimate the same stages through FINN itself, `preprocess.finn` and `estimate.finn`, and their comparison. */
export function crossChecks(stages: readonly PlannedStage[]): readonly PlannedStage[] {
  const twins = stages
    .filter(({ kind }) => kind === 'finn/preprocess' || kind === 'finn/estimate')
    .map((stage) => ({ ...stage, name: twinOf(stage.name) }));
  const hasTwin = (name: string): boolean => twins.some((twin) => twin.name === twinOf(name));
  const byFinn = twins.map((twin): PlannedStage => ({
    ...twin,
    toolchain: { ...twin.toolchain, frontend: 'finn' },
    needs: Object.fromEntries(
      Object.entries(twin.needs).map(([port, from]) => [
        port,
        hasTwin(from.stage) ? { ...from, stage: twinOf(from.stage) } : from,
      ]),
    ),
  }));
  const comparisons = stages
    .filter(({ kind }) => kind === 'finn/estimate')
    .map((stage): PlannedStage => ({
      ...stage,
      name: `${stage.name}.cross-check`,
      kind: 'finn/cross-check',
      params: {},
      needs: {
        ours: { stage: stage.name, port: 'model', isGathered: false },
        finns: { stage: twinOf(stage.name), port: 'model', isGathered: false },
      },
      after: [],
      foreach: null,
    }));
  return [...byFinn, ...comparisons];
}

function twinOf(name: string): string {
  return `${name}.finn`;
}
