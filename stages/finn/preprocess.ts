import type { StageKind } from '../../core/stage.ts';
import { frontendTools } from './frontend.ts';

/** QONNX network in; FINN's hardware graph, not yet folded, and the part that stays on the host out. */
export const preprocess: StageKind = {
  kind: 'finn/preprocess',
  recipe: 1,
  about: "Lowers a QONNX network to FINN's hardware graph.",
  schema: {
    type: 'object',
    required: ['model'],
    additionalProperties: false,
    properties: {
      model: { type: 'string', description: 'QONNX file of the trained network.' },
      specialize: { type: 'string', description: 'JSON file: preferred_impl_style (hls or rtl) by layer.' },
    },
  },
  files: { model: { as: 'content', name: 'model.onnx' }, specialize: { as: 'json' } },
  inputs: {},
  foreach: null,
  outputs: () => [{ port: 'model' }, { port: 'host' }],
  action: ({ params, target }) => ({
    // Of the target only the part matters here: it decides between hls and rtl where nobody chose.
    params: { specialize: params['specialize'] ?? null, part: target.part },
    tools: frontendTools,
    run: { type: 'builtin', name: 'preprocess' },
  }),
};
