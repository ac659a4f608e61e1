import type { StageKind } from '../../../core/contracts/stage.ts';

/** Two folded hardware graphs of the same network in; fails where they differ. */
export const crossCheck: StageKind = {
  kind: 'finn/cross-check',
  recipe: 1,
  about: "Compares the embedded front end's graph with FINN's own, before hours are spent on building it.",
  schema: { type: 'object', additionalProperties: false, properties: {} },
  files: {},
  inputs: { ours: {}, finns: {} },
  foreach: null,
  outputs: () => [{ port: 'report' }],
  action: () => ({ params: {}, tools: {}, run: { type: 'builtin', name: 'cross-check' } }),
};
