import { builtin, defineStage } from '../define.ts';
import { originalNames } from './names.ts';
import type { SplitParams } from './params.ts';
import { schema } from './params.ts';
import type { Strategy } from './strategies.ts';
import { strategies } from './strategies.ts';

/** Folded hardware graph in; standalone submodels, their original names and a report out. */
export const split = defineStage<SplitParams>()({
  kind: 'split',
  recipe: 1,
  about: 'Cuts the network into submodels that fit the boards of the cluster.',
  schema,
  files: {},
  inputs: { model: {} },
  foreach: null,
  outputs: ({ strategy }: Partial<SplitParams>) => [
    { port: 'submodels', collection: true },
    { port: 'names' },
    { port: 'report' },
    ...(strategy !== undefined && isSticky(strategy) ? [{ port: 'lock' }] : []),
  ],
  parts: { port: 'names', read: originalNames },
  lock: { port: 'lock', once: ['finn/build', 'finn/implement'] },
  action: ({ params, target, cluster, toolchain }) => {
    const { strategy, cuts = [], lock } = params;
    const isForVivado = toolchain.backend === 'vivado';
    const overheads = params.overheads ?? (isForVivado ? 'modelled' : 'none');
    return {
      ...builtin('split', {
        strategy,
        cuts,
        limits: params.limits ?? (isForVivado ? finnLimits : {}),
        ...(isSticky(strategy) && lock !== undefined ? { lock } : {}),
        ...(overheads === 'modelled' ? { overheads } : {}),
        boards: cluster.map(({ name, type, resources }) => ({ name, type, resources })),
      }),
      tools: {},
      target,
    };
  },
});

/** The shares that FINN itself allows a build, since place and route need headroom. */
const finnLimits = { LUT: 0.7, BRAM_18K: 0.8, DSP: 0.8, URAM: 0.8 };

function isSticky(name: SplitParams['strategy']): boolean {
  const strategy: Strategy = strategies[name];
  return strategy.isSticky;
}
