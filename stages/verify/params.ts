import type { FromSchema } from 'json-schema-to-ts';

export const schema = {
  type: 'object',
  required: ['inputs'],
  additionalProperties: false,
  properties: {
    inputs: { type: 'string', description: '.npy file of images along the first axis.' },
    count: {
      type: 'integer',
      minimum: 1,
      description: 'How many of the images to use; all by default.',
    },
  },
} as const;

export type VerifyParams = FromSchema<typeof schema>;

/** The parameters of the work. */
export type VerifyJob = Omit<VerifyParams, 'inputs'>;
