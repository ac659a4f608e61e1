import { closest, distance } from 'fastest-levenshtein';

/** A hint that offers the known name most like a mistyped one, or names them all where none is near. */
export function nearestHint(name: string, known: readonly string[]): string {
  const lower = known.map((candidate) => candidate.toLowerCase());
  const found = lower.length === 0 ? '' : closest(name.toLowerCase(), lower);
  const near = distance(name.toLowerCase(), found) <= Math.max(1, Math.floor(found.length / 3));
  return near ? `did you mean ${known[lower.indexOf(found)]!}?` : `known are ${known.join(', ')}`;
}
