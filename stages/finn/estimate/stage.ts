import { builtin, defineStage } from '../../define.ts';
import { frontendChecks } from '../checks.ts';
import { embeddedTools, finnTools, runFinn } from '../frontend.ts';
import { finnStep } from '../steps.ts';
import type { EstimateParams } from './params.ts';
import { schema } from './params.ts';
import { shortQueuesOf } from './short-queues.ts';

/** Hardware graph in; the folded graph and FINN's estimate reports out. */
export const estimate = defineStage<EstimateParams>()({
  kind: 'finn/estimate',
  recipe: 3,
  about: "Applies a folding and makes FINN's estimates of resources and cycles.",
  schema,
  files: { folding: { as: 'json' } },
  inputs: { model: {} },
  foreach: null,
  outputs: () => [{ port: 'model' }, { port: 'report' }],
  checks: frontendChecks,
  step: finnStep,
  action: ({ params: { folding = null, target_fps: rate }, target, toolchain }) => {
    const found = shortQueuesOf(toolchain);
    const queues = found === null ? {} : { short_queues: found };
    if (toolchain.frontend === 'embedded')
      return {
        ...builtin('estimate', { folding, ...(rate === undefined ? {} : { target_fps: rate }), ...queues }),
        tools: embeddedTools,
        target,
      };
    return {
      params: { folding, target_fps: rate ?? null, ...queues },
      tools: finnTools,
      target,
      run: runFinn('estimate.py', 'finish-estimate'),
    };
  },
});
