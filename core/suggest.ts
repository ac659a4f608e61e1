import { closest, distance } from 'fastest-levenshtein';

/** The candidate a mistyped name most likely means, or null when none is near (two swapped letters count as two). */
export function nearest(name: string, candidates: readonly string[]): string | null {
  if (candidates.length === 0) return null;
  const lower = candidates.map((candidate) => candidate.toLowerCase());
  const found = closest(name.toLowerCase(), lower);
  const isNear =
    distance(name.toLowerCase(), found) <= Math.max(found.length < 4 ? 1 : 2, Math.floor(found.length / 3));
  return isNear ? candidates[lower.indexOf(found)]! : null;
}

/** A hint for a name that is not among the known ones: the one most like it, or all where none is near. */
export function nameHint(name: string, known: readonly string[]): string {
  const suggestion = nearest(name, known);
  if (suggestion !== null) return `did you mean ${suggestion}?`;
  return known.length === 0 ? 'none is known' : `known are ${known.join(', ')}`;
}
