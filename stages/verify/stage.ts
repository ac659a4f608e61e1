import { builtin, defineStage } from '../define.ts';
import { imagesCheck } from '../shared/array-checks.ts';
import type { VerifyParams } from './params.ts';
import { schema } from './params.ts';

/** Executes the whole network and the chained submodels in software and fails if they differ. */
export const verify = defineStage<VerifyParams>()({
  kind: 'verify',
  recipe: 2,
  about: 'Runs images through the whole network and through the submodels, and compares the results.',
  schema,
  files: { inputs: { as: 'content', name: 'images.npy' } },
  inputs: { whole: {}, host: {}, parts: {} },
  foreach: null,
  outputs: () => [{ port: 'report' }],
  checks: (context) => [imagesCheck(context)],
  // The original network and RTL are steps of their own.
  action: ({ params: { original: _original, rtl: _rtl, ...params } }) => ({
    ...builtin('verify', params),
    tools: {},
  }),
});
