import type { FromSchema } from 'json-schema-to-ts';
import { imageParams } from '../shared/image-params.ts';

export const schema = {
  type: 'object',
  required: ['inputs'],
  additionalProperties: false,
  properties: {
    ...imageParams,
    original: {
      type: 'integer',
      minimum: 0,
      description:
        'How many of the images are also run through the network as you wrote it, to compare every quantised value; 4 by default.',
    },
    rtl: {
      type: 'boolean',
      description:
        "Whether FINN's RTL of every submodel is simulated in Verilator too; false by default. Requires pipeline toolchain install rtl.",
    },
  },
} as const;

export type VerifyParams = FromSchema<typeof schema>;

/** The parameters of the work. */
export type VerifyJob = Omit<VerifyParams, 'inputs' | 'original' | 'rtl'>;
