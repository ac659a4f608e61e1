import type { Question } from './question.ts';

/** A way to choose the cuts of a network. */
export interface Strategy {
  /** Description for the editor and the documents; ends the sentence "NAME: …". */
  readonly about: string;
  /** Whether pipeline.lock keeps its cuts, which later runs then stay by as far as they fit (keep-cuts.ts). */
  readonly isSticky: boolean;
  /** Whether its cuts depend on the resources of the layers. */
  readonly countsResources: boolean;
  /** Indices of the nodes to cut after, ascending, without regard to earlier cuts. */
  readonly cuts: (question: Question) => Promise<readonly number[]>;
}

/** Every strategy by its name in pipeline.yaml; its code is loaded on use. */
export const strategies = {
  manual: {
    about: 'at the nodes listed in cuts',
    isSticky: false,
    countsResources: false,
    cuts: async (question) => (await import('./cut-manually.ts')).cutManually(question),
  },
  greedy: {
    about: 'as few submodels as fit the boards',
    isSticky: true,
    countsResources: true,
    cuts: async (question) => (await import('./cut-greedily.ts')).cutGreedily(question),
  },
} as const satisfies { readonly [name: string]: Strategy };

export type StrategyName = keyof typeof strategies;
