import type { FromSchema } from 'json-schema-to-ts';
import { imageParams } from '../shared/image-params.ts';
import type { RealBoard } from '../../core/contracts/board.ts';

const milliseconds = { type: 'string', pattern: '^\\d+(\\.\\d+)?\\s*ms$' } as const;

export const schema = {
  type: 'object',
  required: ['inputs'],
  additionalProperties: false,
  properties: {
    ...imageParams,
    expected: {
      type: 'string',
      description:
        '.npy file of what must come out: classes, or values of the shape that the network returns.',
    },
    labels: { type: 'string', description: '.npy file of the true classes, for the hit rate.' },
    classes: { type: 'array', items: { type: 'string' }, description: 'Names of the classes.' },
    timeline: {
      type: 'object',
      description: 'Constants of a measured system, used to print the timeline of one image.',
      required: ['request', 'reconfiguration', 'processing', 'compute'],
      additionalProperties: false,
      properties: {
        request: { ...milliseconds, description: 'Time to send the requests of a round.' },
        reconfiguration: {
          ...milliseconds,
          description: 'Time of one reconfiguration, until it is confirmed.',
        },
        processing: {
          ...milliseconds,
          description: 'Time of all submodels for one image, with their network.',
        },
        compute: { ...milliseconds, description: 'The part of that time in which the FPGAs compute.' },
      },
    },
  },
} as const;

export type SmokeParams = FromSchema<typeof schema>;

/** The parameters of the work; the boards are here for the key, the work talks to those of its world. */
export type SmokeJob = Omit<SmokeParams, 'inputs' | 'expected' | 'labels'> & {
  readonly boards: readonly {
    readonly name: string;
    readonly type: string;
    readonly address: RealBoard['address'] | null;
  }[];
};
