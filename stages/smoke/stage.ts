import { defineStage, effect } from '../define.ts';
import { serverChecks } from '../shared/board-checks.ts';
import { arrayChecks } from './checks.ts';
import type { SmokeParams } from './params.ts';
import { schema } from './params.ts';

/** Runs images through the deployed cluster and compares what they return with what is expected. */
export const smoke = defineStage<SmokeParams>()({
  kind: 'smoke',
  recipe: 2,
  about: 'Runs images through the boards; fails if they return something else than expected.',
  schema,
  files: {
    inputs: { as: 'content', name: 'images.npy' },
    expected: { as: 'content', name: 'expected.npy' },
    labels: { as: 'content', name: 'labels.npy' },
  },
  inputs: { deployed: { gather: true }, host: {} },
  foreach: null,
  outputs: () => [{ port: 'report' }],
  checks: (context) => [...arrayChecks(context), ...serverChecks(context)],
  action: ({ params, cluster }) => ({
    ...effect('smoke', {
      ...params,
      boards: cluster.map(({ name, type, address }) => ({ name, type, address })),
    }),
    tools: {},
  }),
});
