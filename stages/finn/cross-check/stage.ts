import { builtin, defineStage } from '../../define.ts';
import { schema } from './params.ts';

/** Two folded hardware graphs of the same network in; fails if they differ. */
export const crossCheck = defineStage<object>()({
  kind: 'finn/cross-check',
  recipe: 1,
  about: "Compares the embedded front end's graph with FINN's own, before hours are spent building it.",
  schema,
  files: {},
  inputs: { ours: {}, finns: {} },
  foreach: null,
  outputs: () => [{ port: 'report' }],
  action: () => ({ ...builtin('cross-check', {}), tools: {} }),
});
