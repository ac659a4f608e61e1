import type { View } from './view.ts';

/** The kinds that say themselves how their results are shown; their code is loaded on use. */
export const views: { readonly [kind: string]: () => Promise<View> } = {
  split: async () => (await import('./split/show.ts')).showSplit,
  'finn/estimate': async () => (await import('./finn/estimate/show.ts')).showEstimate,
};
