import { defineStage } from '../../define.ts';
import { frontendChecks } from '../checks.ts';
import { finnTools, runFinn } from '../frontend.ts';
import { finnStep } from '../steps.ts';
import type { LowerParams } from './params.ts';
import { schema } from './params.ts';

/** Tidy network in; what FINN makes of it out. The step of `finn/preprocess` with the front end finn that bears its name. */
export const lower = defineStage<LowerParams>()({
  kind: 'finn/lower',
  recipe: 1,
  about: "Lowers a tidy network to FINN's hardware graph, by FINN.",
  schema,
  files: { specialize: { as: 'json' }, module: { as: 'content', name: 'steps.py' } },
  inputs: { model: {} },
  foreach: null,
  outputs: () => [{ port: 'model' }, { port: 'host' }, { port: 'original' }],
  checks: frontendChecks,
  step: finnStep,
  action: ({ params: { specialize = null, finn = {} }, target }) => ({
    params: {
      specialize,
      part: target.part,
      preset: finn.preset ?? null,
      steps: finn.steps ?? null,
      standalone_thresholds: finn.standalone_thresholds ?? false,
    },
    tools: finnTools,
    run: runFinn('preprocess.py', 'finish-preprocess'),
  }),
});
