import type { StageKind } from '../../../core/contracts/stage.ts';
import { embeddedTools, finnTools, runFinn } from '../frontend.ts';

/** QONNX network in; FINN's hardware graph, not yet folded, and the part that stays on the host out. */
export const preprocess: StageKind = {
  kind: 'finn/preprocess',
  recipe: 2,
  about: "Lowers a QONNX network to FINN's hardware graph.",
  schema: {
    type: 'object',
    required: ['model'],
    additionalProperties: false,
    properties: {
      model: { type: 'string', description: 'QONNX file of the trained network.' },
      specialize: { type: 'string', description: 'JSON file: preferred_impl_style (hls or rtl) by layer.' },
      finn: {
        type: 'object',
        description: 'How the network is led to hardware, in terms of FINN.',
        additionalProperties: false,
        properties: {
          preset: {
            enum: ['default', 'mobilenet'],
            description: "FINN's own order of steps, or the one for MobileNet with scales per channel.",
          },
          steps: {
            type: 'array',
            minItems: 1,
            items: { type: 'string' },
            description:
              "With the front end finn, instead of a preset: FINN's steps, ours, or those of the module.",
          },
          standalone_thresholds: {
            type: 'boolean',
            description: 'Whether thresholds become layers of their own.',
          },
        },
      },
      module: {
        type: 'string',
        description: 'With the front end finn: Python file of your own steps, functions of (model, cfg).',
      },
    },
  },
  files: {
    model: { as: 'content', name: 'model.onnx' },
    specialize: { as: 'json' },
    module: { as: 'content', name: 'steps.py' },
  },
  frontends: [
    { parameter: ['finn', 'steps'], frontend: 'finn' },
    { parameter: ['module'], frontend: 'finn' },
  ],
  inputs: {},
  foreach: null,
  outputs: () => [{ port: 'model' }, { port: 'host' }],
  action: ({ params, target, toolchain }) => {
    // Of the target only the part matters here: it decides between hls and rtl where nobody chose.
    const common = { specialize: params['specialize'] ?? null, part: target.part };
    const finn = (params['finn'] ?? {}) as FinnOptions;
    const { preset = 'default', standalone_thresholds = false } = finn;
    if (toolchain.frontend === 'embedded')
      return {
        params: {
          ...common,
          ...(preset === 'default' ? {} : { preset }),
          ...(standalone_thresholds ? { standalone_thresholds } : {}),
        },
        tools: embeddedTools,
        run: { type: 'builtin', name: 'preprocess' },
      };
    return {
      params: { ...common, preset, steps: finn.steps ?? null, standalone_thresholds },
      tools: finnTools,
      run: runFinn('preprocess.py', 'finish-preprocess'),
    };
  },
};

interface FinnOptions {
  readonly preset?: string;
  readonly steps?: readonly string[];
  readonly standalone_thresholds?: boolean;
}
