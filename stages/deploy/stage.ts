import { defineStage, effect } from '../define.ts';
import { backendChecks, loginChecks, serverChecks } from '../shared/board-checks.ts';
import type { DeployParams } from './params.ts';
import { schema } from './params.ts';

/** Brings a board to a deployment: the packages in order, and which board runs which. */
export const deploy = defineStage<DeployParams>()({
  kind: 'deploy',
  recipe: 1,
  about: 'Copies missing packages to a board and sets its deployment.',
  schema,
  files: {},
  inputs: { packages: { gather: true } },
  foreach: { over: 'cluster' },
  outputs: () => [{ port: 'receipt' }],
  checks: (context) => [...backendChecks(context), ...serverChecks(context), ...loginChecks(context)],
  action: ({ params, board, cluster }) => ({
    ...effect('deploy', {
      ...params,
      board: board === null ? null : { name: board.name, type: board.type, address: board.address },
      boards: cluster.map(({ name, type }) => ({ name, type })),
    }),
    tools: {},
  }),
});
