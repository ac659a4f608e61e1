/** The candidate a mistyped name most likely means, or null if none is close (two swapped letters count as two edits). */
export function nearest(name: string, candidates: readonly string[]): string | null {
  const wanted = name.toLowerCase();
  let best: { readonly candidate: string; readonly distance: number } | null = null;
  for (const candidate of candidates) {
    const distance = editDistance(wanted, candidate.toLowerCase());
    if (best === null || distance < best.distance) best = { candidate, distance };
  }
  if (best === null) return null;
  const { length } = best.candidate;
  // With nothing in common, even a short name is not close.
  if (best.distance >= Math.max(length, name.length)) return null;
  return best.distance <= Math.max(length < 4 ? 1 : 2, Math.floor(length / 3)) ? best.candidate : null;
}

/** A hint for an unknown name: the closest known one, or all of them if none is close. */
export function nameHint(name: string, known: readonly string[]): string {
  const suggestion = nearest(name, known);
  if (suggestion !== null) return `did you mean ${suggestion}?`;
  return known.length === 0 ? 'none are known' : `known: ${known.join(', ')}`;
}

/** The number of characters to insert, delete or replace (Levenshtein), row by row of the usual table. */
function editDistance(from: string, to: string): number {
  const others = Array.from(to);
  let row = Array.from({ length: others.length + 1 }, (_, at) => at);
  for (const [at, character] of Array.from(from).entries()) {
    const next = [at + 1];
    for (const [column, other] of others.entries()) {
      const replaced = (row[column] ?? 0) + (character === other ? 0 : 1);
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
