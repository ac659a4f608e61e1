import type { StageKind } from '../../core/contracts/stage.ts';
import type { Json } from '../../base/json.ts';

/** Brings a board to a deployment: the packages in order, and which board runs which. */
export const deploy: StageKind = {
  kind: 'deploy',
  recipe: 1,
  about: 'Copies the packages that a board lacks and tells it the deployment.',
  schema: {
    type: 'object',
    additionalProperties: false,
    properties: {
      keep: {
        type: 'integer',
        minimum: 0,
        description: 'How many packages of earlier deployments stay on a board; 12.',
      },
    },
  },
  files: {},
  inputs: { packages: { gather: true } },
  foreach: { over: 'cluster' },
  outputs: () => [{ port: 'receipt' }],
  action: ({ params, board, cluster }) => ({
    params: {
      ...params,
      board: board === null ? null : { name: board.name, type: board.type, address: board.address },
      boards: cluster.map(({ name, type }) => ({ name, type })),
    },
    tools: {},
    run: { type: 'effect', name: 'deploy' },
  }),
};
