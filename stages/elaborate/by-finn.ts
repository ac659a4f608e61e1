import type { PlannedStage } from '../../core/contracts/plan.ts';

/** A `finn/preprocess` with the front end finn becomes `preprocess.tidy` and FINN's own step, which keeps the name. */
export function loweredByFinn(stages: readonly PlannedStage[]): readonly PlannedStage[] {
  return stages.flatMap((stage) =>
    stage.kind === 'finn/preprocess' && stage.toolchain['frontend'] === 'finn' ? stepsOf(stage) : [stage],
  );
}

function stepsOf(stage: PlannedStage): readonly PlannedStage[] {
  const tidy = `${stage.name}.tidy`;
  const { model, data, ...params } = stage.params;
  return [
    {
      ...stage,
      name: tidy,
      kind: 'finn/tidy',
      params: { ...(model === undefined ? {} : { model }), ...(data === undefined ? {} : { data }) },
    },
    {
      ...stage,
      kind: 'finn/lower',
      params,
      needs: { model: { stage: tidy, port: 'model', isGathered: false } },
      after: [],
    },
  ];
}
