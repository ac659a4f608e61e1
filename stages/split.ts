import type { StageKind } from '../core/stage.ts';
import type { Json } from '../core/types.ts';

const share = { type: 'number', exclusiveMinimum: 0, maximum: 1 };

/** Folded hardware graph in; standalone submodels, their original names and a report out. */
export const split: StageKind = {
  kind: 'split',
  recipe: 1,
  about: 'Cuts the network into submodels that fit the boards of the cluster.',
  schema: {
    type: 'object',
    required: ['strategy'],
    additionalProperties: false,
    properties: {
      strategy: {
        enum: ['manual', 'greedy'],
        description: 'manual: where cuts says; greedy: as few as fit.',
      },
      cuts: {
        type: 'array',
        description: 'manual only: cut behind these nodes.',
        items: {
          type: 'object',
          required: ['after'],
          additionalProperties: false,
          properties: {
            after: { type: 'string', description: 'Name of a hardware node, such as MVAU_hls_0.' },
          },
        },
      },
      limits: {
        type: 'object',
        description: 'Share of a board that may be used, 0 to 1, by resource; 1 where nothing is said.',
        additionalProperties: false,
        properties: { LUT: share, BRAM_18K: share, DSP: share, URAM: share },
      },
    },
  },
  files: {},
  inputs: { model: {} },
  foreach: null,
  outputs: () => [{ port: 'submodels', collection: true }, { port: 'names' }, { port: 'report' }],
  action: ({ params, target, cluster }) => ({
    params: {
      strategy: params['strategy'] ?? 'manual',
      cuts: params['cuts'] ?? [],
      limits: params['limits'] ?? {},
      boards: cluster.map(({ name, type, resources }) => ({ name, type, resources })) as Json,
    },
    tools: {},
    target,
    run: { type: 'builtin', name: 'split' },
  }),
};
