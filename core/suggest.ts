import { closest, distance } from 'fastest-levenshtein';

/** The candidate a mistyped name most likely means, or null when none is near (two swapped letters count as two). */
export function nearest(name: string, candidates: readonly string[]): string | null {
  if (candidates.length === 0) return null;
  const found = closest(name, [...candidates]);
  return distance(name.toLowerCase(), found.toLowerCase()) <=
    Math.max(found.length < 4 ? 1 : 2, Math.floor(found.length / 3))
    ? found
    : null;
}

/** A hint for a name that is not among the candidates: a suggestion where one is near, and the candidates. */
export function nameHint(name: string, candidates: readonly string[]): string {
  const suggestion = nearest(name, candidates);
  const list = candidates.length === 0 ? 'there is none' : `there is ${candidates.join(', ')}`;
  return suggestion === null ? list : `did you mean "${suggestion}"? (${list})`;
}
