import { builtin, defineStage } from '../define.ts';
import type { ResourceModel } from '../../finn/synthesis/layer.ts';
import { countingOf } from './counting.ts';
import { originalNames } from './names.ts';
import type { SplitParams } from './params.ts';
import { schema } from './params.ts';
import type { Strategy } from './strategies.ts';
import { strategies } from './strategies.ts';

/** Folded hardware graph in; standalone submodels, their original names and a report out. */
export const split = defineStage<SplitParams>()({
  kind: 'split',
  recipe: 2,
  about: 'Cuts the network into submodels that fit the boards of the cluster.',
  schema,
  files: {},
  inputs: { model: {} },
  foreach: null,
  outputs: ({ strategy }: Partial<SplitParams>) => [
    { port: 'submodels', collection: true },
    { port: 'names' },
    { port: 'report' },
    ...(strategy !== undefined && strategyOf(strategy).isSticky ? [{ port: 'lock' }] : []),
  ],
  parts: { port: 'names', read: originalNames },
  lock: { port: 'lock', once: ['finn/build', 'finn/implement'] },
  action: ({ params, target, cluster, toolchain }) => {
    const { strategy, cuts = [], lock } = params;
    const { model, limits, isModelled } = countingOf(params, strategyOf(strategy).countsResources, toolchain);
    return {
      ...builtin('split', {
        strategy,
        cuts,
        limits,
        ...(strategyOf(strategy).isSticky && lock !== undefined ? { lock } : {}),
        ...(isModelled ? { overheads: 'modelled' } : {}),
        ...(model === 'rtl' ? { model } : {}),
        ...(model === 'rtl' && isModelled && toolchain.fifos.type !== 'minimal' ? { fifos: 33 } : {}),
        boards: cluster.map(({ name, type, resources }) => ({
          name,
          type,
          resources: countedBy(model, resources),
        })),
      }),
      tools: {},
      target,
    };
  },
});

function strategyOf(name: SplitParams['strategy']): Strategy {
  return strategies[name];
}

/** Of a board's resources those that a model counts: FINN estimates no flip-flops, so they stay out of its keys. */
function countedBy(
  model: ResourceModel,
  resources: { readonly [resource: string]: number },
): { readonly [resource: string]: number } {
  const { FF: _uncounted, ...estimated } = resources;
  return model === 'rtl' ? resources : estimated;
}
