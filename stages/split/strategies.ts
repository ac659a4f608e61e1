import type { Chosen, Question } from './question.ts';

/** A way to choose where a network is cut. */
export interface Strategy {
  /** What it does, for the editor and the documents; ends the sentence "NAME: …". */
  readonly about: string;
  /** Whether its decision is kept in pipeline.lock, and it stays by that as far as it can. */
  readonly isSticky: boolean;
  readonly cuts: (question: Question) => Promise<Chosen>;
}

/** Every strategy by its name in pipeline.yaml; how it cuts is loaded when it is asked. */
export const strategies = {
  manual: {
    about: 'where cuts says',
    isSticky: false,
    cuts: async (question) => (await import('./cut-manually.ts')).cutManually(question),
  },
  greedy: {
    about: 'as few as fit',
    isSticky: true,
    cuts: async (question) => (await import('./cut-greedily.ts')).cutGreedily(question),
  },
} as const satisfies { readonly [name: string]: Strategy };

export type StrategyName = keyof typeof strategies;
