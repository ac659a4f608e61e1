import type { FromSchema } from 'json-schema-to-ts';
import type { Json } from '../../../base/json.ts';

export const schema = {
  type: 'object',
  required: ['model'],
  additionalProperties: false,
  properties: {
    model: { type: 'string', description: 'QONNX file of the trained network.' },
    data: {
      type: 'string',
      description: 'File of the values that the model keeps outside, such as model.onnx.data.',
    },
    specialize: { type: 'string', description: 'JSON file: preferred_impl_style (hls or rtl) by layer.' },
    finn: {
      type: 'object',
      description: 'How the network is lowered to hardware, in terms of FINN.',
      additionalProperties: false,
      properties: {
        preset: {
          enum: ['default', 'mobilenet', 'residual'],
          description:
            "FINN's default order of steps, the one for MobileNet with scales per channel, or one for networks with branches; by default as the network requires, which is never mobilenet.",
        },
        steps: {
          type: 'array',
          minItems: 1,
          items: { type: 'string' },
          description:
            "With the front end finn, instead of a preset: FINN's steps, ours, or those of module.",
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
} as const;

export type PreprocessParams = FromSchema<typeof schema>;

type FinnOptions = NonNullable<PreprocessParams['finn']>;

/** The parameters of the work of the embedded front end. */
export interface PreprocessJob extends Pick<FinnOptions, 'preset' | 'standalone_thresholds'> {
  /** The parsed file of implementation choices; null for none. */
  readonly specialize: Json;
  readonly part: string;
}
