import type { StageKind } from '../../core/stage.ts';
import { frontendTools } from './frontend.ts';

/** Hardware graph in; the folded graph and FINN's estimate reports out. */
export const estimate: StageKind = {
  kind: 'finn/estimate',
  recipe: 1,
  about: "Applies a folding and makes FINN's estimates of resources and cycles.",
  schema: {
    type: 'object',
    additionalProperties: false,
    properties: { folding: { type: 'string', description: 'JSON file: PE, SIMD, ram_style, … by layer.' } },
  },
  files: { folding: { as: 'json' } },
  inputs: { model: {} },
  foreach: null,
  outputs: () => [{ port: 'model' }, { port: 'report' }],
  action: ({ params, target }) => ({
    params: { folding: params['folding'] ?? null },
    tools: frontendTools,
    target,
    run: { type: 'builtin', name: 'estimate' },
  }),
};
