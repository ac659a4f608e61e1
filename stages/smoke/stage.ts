import type { StageKind } from '../../core/contracts/stage.ts';
import type { Json } from '../../base/json.ts';

const milliseconds = { type: 'string', pattern: '^\\d+(\\.\\d+)?\\s*ms$' };

/** Runs images through the deployed cluster and compares the classes with the expected ones. */
export const smoke: StageKind = {
  kind: 'smoke',
  recipe: 1,
  about: 'Runs images through the boards; fails where a class is not the expected one.',
  schema: {
    type: 'object',
    required: ['inputs'],
    additionalProperties: false,
    properties: {
      inputs: { type: 'string', description: '.npy file of images, the first axis counting them.' },
      expected: { type: 'string', description: '.npy file of the classes that must come out.' },
      labels: { type: 'string', description: '.npy file of the true classes, for the hit rate.' },
      classes: { type: 'array', items: { type: 'string' }, description: 'Names of the classes.' },
      timeline: {
        type: 'object',
        description: 'Constants of a measured system, by which the timeline of one image is printed.',
        required: ['request', 'reconfiguration', 'processing', 'compute'],
        additionalProperties: false,
        properties: {
          request: { ...milliseconds, description: 'Sending the requests of a round.' },
          reconfiguration: { ...milliseconds, description: 'One reconfiguration, until it is confirmed.' },
          processing: { ...milliseconds, description: 'All submodels for one image, with their network.' },
          compute: { ...milliseconds, description: 'The share of that in which the FPGAs compute.' },
        },
      },
      count: {
        type: 'integer',
        minimum: 1,
        description: 'How many of the images; all where nothing is said.',
      },
    },
  },
  files: {
    inputs: { as: 'content', name: 'images.npy' },
    expected: { as: 'content', name: 'expected.npy' },
    labels: { as: 'content', name: 'labels.npy' },
  },
  inputs: { deployed: { gather: true }, host: {} },
  foreach: null,
  outputs: () => [{ port: 'report' }],
  action: ({ params, cluster }) => ({
    params: {
      ...params,
      boards: cluster.map(({ name, type, address }) => ({ name, type, address })),
    },
    tools: {},
    run: { type: 'effect', name: 'smoke' },
  }),
};
