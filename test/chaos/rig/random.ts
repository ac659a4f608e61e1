import { seeded } from '../../rig/seeded.ts';

/** Choices that are the same for the same seed. */
export interface Random {
  /** A whole number in [0, below). */
  readonly below: (below: number) => number;
  readonly chance: (share: number) => boolean;
  readonly pick: <T>(from: readonly T[]) => T;
}

/** The choices of a round. */
export function randomOf(seed: number): Random {
  const next = seeded(seed);
  // Neighbouring seeds of the generator begin alike.
  next();
  const below = (limit: number) => Math.floor(next() * limit);
  return {
    below,
    chance: (share) => next() < share,
    pick: (from) => {
      const one = from[below(from.length)];
      if (one === undefined) throw new Error('nothing to pick from');
      return one;
    },
  };
}
