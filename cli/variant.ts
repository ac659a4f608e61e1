/** How the ledger and the journal name the runs of a trial: as no profile can be called. */
const trial = '--set';

/**
 * Under which name results are current: of a profile, or null for the plain file. With `--set` a run is a trial: its results
 * are those of no profile, so that those of the plain file stay current.
 */
export function variantOf(profile: string | null, set: readonly string[]): string | null {
  return set.length > 0 ? trial : profile;
}

/** The variant for people. */
export function variantName(variant: string | null): string {
  return variant === null || variant === trial ? (variant ?? '') : `profile ${variant}`;
}
