import type { StageKind } from '../../core/contracts/stage.ts';

/** Executes the whole network and the chained submodels in software and fails where they differ. */
export const verify: StageKind = {
  kind: 'verify',
  recipe: 1,
  about: 'Runs images through the whole network and through the submodels, and compares.',
  schema: {
    type: 'object',
    required: ['inputs'],
    additionalProperties: false,
    properties: {
      inputs: { type: 'string', description: '.npy file of images, the first axis counting them.' },
      count: {
        type: 'integer',
        minimum: 1,
        description: 'How many of the images; all where nothing is said.',
      },
    },
  },
  files: { inputs: { as: 'content', name: 'images.npy' } },
  inputs: { whole: {}, host: {}, parts: {} },
  foreach: null,
  outputs: () => [{ port: 'report' }],
  action: ({ params }) => ({ params, tools: {}, run: { type: 'builtin', name: 'verify' } }),
};
