import type { FromSchema } from 'json-schema-to-ts';

export const schema = {
  type: 'object',
  required: ['inputs'],
  additionalProperties: false,
  properties: {
    inputs: { type: 'string', description: '.npy file of images, the first axis counting them.' },
    count: {
      type: 'integer',
      minimum: 1,
      description: 'How many of the images to use; all by default.',
    },
  },
} as const;

export type VerifyParams = FromSchema<typeof schema>;

/** What the work is given. */
export type VerifyJob = Omit<VerifyParams, 'inputs'>;
