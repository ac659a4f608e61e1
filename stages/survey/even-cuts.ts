/**
 * The places, ascending, at which to cut a row of weights into `parts` so that the heaviest part is as light as can be. A cut
 * at `i` is behind the weight `i`, and `places` are those allowed, ascending; with fewer of them there are fewer parts.
 */
export function evenCuts(
  weights: readonly number[],
  places: readonly number[],
  parts: number,
): readonly number[] {
  const ends = [...places.filter((place) => place < weights.length - 1), weights.length - 1];
  const sums = ends.map((end) => weights.slice(0, end + 1).reduce((sum, weight) => sum + weight, 0));
  // By the last end: the best cuts into as many parts as there are rounds so far.
  let best = sums.map((heaviest): Division => ({ heaviest, cuts: [] }));
  for (let round = 1; round < Math.min(parts, ends.length); round++) {
    const before = best;
    best = ends.map((_, last) =>
      lightest(
        before.slice(0, last).map(({ heaviest, cuts }, middle) => ({
          heaviest: Math.max(heaviest, (sums[last] ?? 0) - (sums[middle] ?? 0)),
          cuts: [...cuts, ends[middle] ?? 0],
        })),
      ),
    );
  }
  return best.at(-1)?.cuts ?? [];
}

interface Division {
  readonly heaviest: number;
  readonly cuts: readonly number[];
}

/** The first of the lightest; an impossible one if there is none. */
function lightest(divisions: readonly Division[]): Division {
  const none: Division = { heaviest: Infinity, cuts: [] };
  return divisions.reduce((best, each) => (each.heaviest < best.heaviest ? each : best), none);
}
