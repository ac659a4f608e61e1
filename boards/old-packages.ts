/** How many packages besides those of its deployment a board keeps where nothing else is said. */
export const defaultKeptPackages = 12;

/** Seconds after which a begun transfer that nobody continued is thrown away. */
export const incomingSeconds = 24 * 60 * 60;

/**
 * Ids of the packages that a board need not keep: all but the needed ones and, of the others, the `keep` that were deployed
 * last. `newestFirst` are the ids of all that it has, by the time of their last deployment.
 */
export function outdatedPackages(
  newestFirst: readonly string[],
  needed: ReadonlySet<string>,
  keep: number,
): readonly string[] {
  return newestFirst.filter((id) => !needed.has(id)).slice(keep);
}
