import type { StageKind } from '../../../core/contracts/stage.ts';
import { embeddedTools, finnTools, runFinn } from '../frontend.ts';

/** Hardware graph in; the folded graph and FINN's estimate reports out. */
export const estimate: StageKind = {
  kind: 'finn/estimate',
  recipe: 2,
  about: "Applies a folding and makes FINN's estimates of resources and cycles.",
  schema: {
    type: 'object',
    additionalProperties: false,
    not: { required: ['folding', 'target_fps'] },
    properties: {
      folding: { type: 'string', description: 'JSON file: PE, SIMD, ram_style, … by layer.' },
      target_fps: {
        type: 'number',
        exclusiveMinimum: 0,
        description: 'Images per second to fold for as FINN does, instead of a file.',
      },
    },
  },
  files: { folding: { as: 'json' } },
  inputs: { model: {} },
  foreach: null,
  outputs: () => [{ port: 'model' }, { port: 'report' }],
  action: ({ params, target, toolchain }) => {
    const folding = { folding: params['folding'] ?? null };
    const rate = params['target_fps'] === undefined ? {} : { target_fps: params['target_fps'] };
    if (toolchain.frontend === 'embedded')
      return {
        params: { ...folding, ...rate },
        tools: embeddedTools,
        target,
        run: { type: 'builtin', name: 'estimate' },
      };
    return {
      params: { ...folding, target_fps: params['target_fps'] ?? null },
      tools: finnTools,
      target,
      run: runFinn('estimate.py', 'finish-estimate'),
    };
  },
};
