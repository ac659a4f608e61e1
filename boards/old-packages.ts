/** How many packages other than those of its deployment a board keeps by default. */
export const defaultKeptPackages = 12;

/** Seconds after which an unfinished transfer that was not continued is deleted. */
export const incomingSeconds = 24 * 60 * 60;

/**
 * Ids of the packages that a board need not keep: all except the needed ones and the `keep` most recently deployed others.
 * `newestFirst` are the ids of all its packages, by the time of their last deployment.
 */
export function outdatedPackages(
  newestFirst: readonly string[],
  needed: ReadonlySet<string>,
  keep: number,
): readonly string[] {
  return newestFirst.filter((id) => !needed.has(id)).slice(keep);
}
