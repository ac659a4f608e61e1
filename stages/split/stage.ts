import type { StageKind } from '../../core/contracts/stage.ts';
import type { Json } from '../../base/json.ts';

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
        description:
          "Share of a board that may be used, 0 to 1, by resource; 1 where nothing is said, FINN's own under Vivado.",
        additionalProperties: false,
        properties: { LUT: share, BRAM_18K: share, DSP: share, URAM: share },
      },
      overheads: {
        enum: ['none', 'modelled'],
        description: 'modelled: count DMA, shell, FIFOs and width converters too, by a model.',
      },
    },
  },
  files: {},
  inputs: { model: {} },
  foreach: null,
  outputs: ({ strategy }) => [
    { port: 'submodels', collection: true },
    { port: 'names' },
    { port: 'report' },
    ...(strategy === 'greedy' ? [{ port: 'lock' }] : []),
  ],
  lock: { port: 'lock', once: ['finn/build', 'finn/implement'] },
  action: ({ params, target, cluster, toolchain }) => {
    const overheads = params['overheads'] ?? (toolchain.backend === 'vivado' ? 'modelled' : 'none');
    return {
      params: {
        strategy: params['strategy'] ?? 'manual',
        cuts: params['cuts'] ?? [],
        limits: params['limits'] ?? (toolchain.backend === 'vivado' ? finnLimits : {}),
        // Cuts by hand need none.
        ...(params['strategy'] === 'greedy' && params['lock'] !== undefined ? { lock: params['lock'] } : {}),
        ...(overheads === 'modelled' ? { overheads } : {}),
        boards: cluster.map(({ name, type, resources }) => ({ name, type, resources })),
      },
      tools: {},
      target,
      run: { type: 'builtin', name: 'split' },
    };
  },
};

/** The shares that FINN itself leaves a build, since place and route need room. */
const finnLimits = { LUT: 0.7, BRAM_18K: 0.8, DSP: 0.8, URAM: 0.8 };
