/** What one round found: figures to add up, and a sentence for everything that must not be. */
export interface Round {
  readonly figures: { readonly [name: string]: number };
  readonly faults: readonly string[];
}

/** What several rounds found. */
export interface Tally {
  readonly rounds: number;
  readonly figures: { readonly [name: string]: number };
  readonly failures: readonly { readonly seed: number; readonly faults: readonly string[] }[];
}

export const emptyTally: Tally = { rounds: 0, figures: {}, failures: [] };

/** The rounds of the seeds from `seed` on, added up; one that throws is a failure too. */
export function roundsOf(round: (seed: number) => Promise<Round>) {
  return async (seed: number, count: number): Promise<Tally> => {
    let tally = emptyTally;
    for (let at = seed; at < seed + count; at++)
      tally = added(
        tally,
        at,
        await round(at).catch((error: unknown) => ({
          figures: { broken: 1 },
          faults: [error instanceof Error ? (error.stack ?? error.message) : JSON.stringify(error)],
        })),
      );
    return tally;
  };
}

/** Two tallies in one. */
export function joined(one: Tally, other: Tally): Tally {
  return {
    rounds: one.rounds + other.rounds,
    figures: sums(one.figures, other.figures),
    failures: [...one.failures, ...other.failures],
  };
}

/** One line of figures. */
export function line(name: string, { rounds, figures, failures }: Tally): string {
  const parts = Object.entries(figures).map(([figure, count]) => `${figure} ${count}`);
  return `${name}: ${[`rounds ${rounds}`, `failed ${failures.length}`, ...parts].join(', ')}`;
}

function added(tally: Tally, seed: number, { figures, faults }: Round): Tally {
  return joined(tally, { rounds: 1, figures, failures: faults.length === 0 ? [] : [{ seed, faults }] });
}

function sums(one: Tally['figures'], other: Tally['figures']): Tally['figures'] {
  return Object.fromEntries(
    [...new Set([...Object.keys(one), ...Object.keys(other)])].map((name) => [
      name,
      (one[name] ?? 0) + (other[name] ?? 0),
    ]),
  );
}
