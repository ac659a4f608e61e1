import { builtin, defineStage } from '../define.ts';
import { imagesCheck } from '../shared/array-checks.ts';
import type { OriginalJob } from './params.ts';
import { schema } from './params.ts';

/**
 * The user's network and the hardware graph that was made of it in; fails if they compute different things. A step of every
 * `verify`.
 */
export const original = defineStage<OriginalJob & { readonly inputs: string }>()({
  kind: 'original',
  recipe: 1,
  about:
    'Runs images through the network as its user wrote it, and compares every quantised value with the hardware.',
  schema,
  files: { inputs: { as: 'content', name: 'images.npy' } },
  inputs: { whole: {}, host: {}, original: {} },
  foreach: null,
  outputs: () => [{ port: 'report' }],
  checks: (context) => [imagesCheck(context)],
  action: ({ params: { count } }) => ({ ...builtin('original', { count }), tools: {} }),
});
